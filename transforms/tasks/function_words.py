"""Words that nobody would point at: they say how others hang together."""

_ENGLISH = """
a about above across after again against all almost alone along already also although always am
among an and another any anyone anything are around as at away back be became because been
before began behind being below between both but by came can cannot come could did do does done
down during each either else enough even ever every everyone everything few first for found from
following further gave get gets give given go goes going gone got had half has have having he her
here hers herself him himself his how however if in instead into is it its itself just keep kept
last least less let like made make many may me might mine more most much must my near nearly need
neither never next no nobody none nor not nothing now of off often on once one only ones or other
others our out over own part per perhaps put quite rather said same say says see seen several
shall she should since so some someone something soon still such take taken than that the their
them themselves then there these they thing things this those though three through thus to
together too took toward two under unless until up upon us use used using very was way we well
went were what when where whether which while who whole whom whose why will with within without
would yet you your yours ones right
"""
_KOREAN = """
그리고 처음 그러나 그런데 그래서 따라서 또한 또는 및 즉 다만 특히 이에 이를 이와 이는 이것 그것 저것
여기 거기 그 이 저 것 수 때 등 더 가장 매우 모두 각 각각 약 위 아래 앞 뒤 안 밖 중 간 내 외 전
후 경우 대한 대해 위한 위해 통해 따른 따라 의한 의해 관한 관해 있는 없는 하는 되는 한 할 된 될
있다 없다 하다 되다 우리 우리의 이러한 그러한 어떤 모든 다른 같은 여러 많은 이후 이전 이상 이하
함께 다시 먼저 이미 아직 바로 당신 나머지 대부분 일부 기타 자신 누구 무엇 어디 언제 모두
"""
_MONTHS = """
january february march april may june july august september october november december
"""
FUNCTION_WORDS = frozenset((_ENGLISH + _KOREAN + _MONTHS).split())
"""Lower case; with them months, which name a date only together with its number."""

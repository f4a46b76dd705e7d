#pragma once
// What the machine image is made of. Any change here makes a new image beside the old one, whose
// droplets keep theirs.

#include <string_view>

namespace ashlar::pocketcloud {

/// In the image from the start: what DigitalOcean's image has and what tools that manage machines
/// expect, no more. python3 and python3-apt are for Ansible.
inline constexpr std::string_view kImagePackages =
    R"(ca-certificates dbus gpgv iproute2 iputils-ping nftables openssh-server procps python3
python3-apt systemd systemd-sysv
)";

/// What droplets may install, one group a line; groups may exclude each other. Dependencies come
/// along. Add a line to offer more.
inline constexpr std::string_view kMirrorPackages =
    R"(redis-server redis-sentinel redis-tools
wireguard-tools
wireguard-go
chrony
curl
)";

/// Of these, every version that the host's sources offer, so that upgrades can be rehearsed. The
/// first one's versions count for all.
inline constexpr std::string_view kMirrorInAllVersions =
    R"(redis-server redis-sentinel redis-tools
)";

/// Units of no use in a container, or that would cost each boot: every one of them was measured or
/// waits for hardware that is not there.
inline constexpr std::string_view kMaskedUnits =
    R"(apt-daily.timer apt-daily-upgrade.timer apt-daily.service apt-daily-upgrade.service
dpkg-db-backup.timer fstrim.timer e2scrub_all.timer systemd-tmpfiles-clean.timer
getty.target console-getty.service getty-static.service systemd-logind.service
systemd-update-utmp.service systemd-update-utmp-runlevel.service systemd-random-seed.service
systemd-firstboot.service systemd-repart.service systemd-pstore.service
systemd-modules-load.service kmod-static-nodes.service systemd-binfmt.service
proc-sys-fs-binfmt_misc.automount systemd-machine-id-commit.service systemd-journal-flush.service
systemd-pcrphase.service systemd-pcrphase-sysinit.service systemd-sysusers.service
dev-hugepages.mount dev-mqueue.mount sys-kernel-debug.mount sys-kernel-tracing.mount
sys-kernel-config.mount sys-fs-fuse-connections.mount systemd-ask-password-wall.path
systemd-ask-password-console.path cryptsetup.target integritysetup.target veritysetup.target
remote-fs.target systemd-initctl.socket systemd-journald-audit.socket
)";

/// Run as `bash build.sh DIRECTORY MIRROR_IN_DROPLET`; reads the lists beside it.
inline constexpr std::string_view kImageScript = R"SCRIPT(
set -euo pipefail
directory=$1 mirror_in_droplet=$2
root=$directory/root mirror=$directory/mirror
packages=$(tr -s ' \n' ',' <"$directory/packages" | sed 's/,$//')
mkdir -p "$mirror"

# The host's own Debian sources, and so its mirror, proxy and snapshot.
debian_12_sources() {
  apt-get indextargets --format '$(CREATED_BY)|$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' 2>/dev/null |
    awk -F'|' '$1 == "Packages" && $2 == "Debian" && $4 ~ /^bookworm(-updates|-security)?$/ && $5 == "main" {
      print "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] " $3 " " $4 " main" }' | sort -u
}
sources=$(debian_12_sources)
if ! grep -q ' bookworm main' <<<"$sources"; then
  apt-get -qq update >&2  # apt may have no lists yet
  sources=$(debian_12_sources)
fi
if ! grep -q ' bookworm main' <<<"$sources"; then
  echo "apt on this host knows no source of Debian 12 (bookworm main); add one to its sources" >&2
  exit 1
fi

# Downloads into the mirror what each group needs beyond the image. Runs while mmdebstrap still has
# its package lists.
export POCKETCLOUD_DIRECTORY=$directory
cat >"$directory/download.sh" <<'HOOK'
set -euo pipefail
archives=$1/var/cache/apt/archives
export APT_CONFIG=$MMDEBSTRAP_APT_CONFIG
rm -f "$archives"/*.deb
download() {
  echo "==> downloading for droplets: $*" >&2
  apt-get -qq -y --no-install-recommends --download-only install "$@"
}
while read -r -a group; do
  [[ ${#group[@]} -eq 0 ]] || download "${group[@]}"
done <"$POCKETCLOUD_DIRECTORY/mirror-packages"
while read -r -a group; do
  [[ ${#group[@]} -ne 0 ]] || continue
  for version in $(apt-cache madison "${group[0]}" | awk -F' *[|] *' '{ print $2 }' | sort -u); do
    download "${group[@]/%/=$version}"
  done
done <"$POCKETCLOUD_DIRECTORY/mirror-all-versions"
mv "$archives"/*.deb "$POCKETCLOUD_DIRECTORY/mirror/"
HOOK

mmdebstrap --mode=root --variant=apt --include="$packages" \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/info/*' \
  --dpkgopt='force-unsafe-io' \
  --customize-hook="bash '$directory/download.sh' \"\$1\"" \
  bookworm "$root" - <<<"$sources"

echo '==> indexing the packages for droplets'
cd "$mirror"
for file in *.deb; do
  dpkg-deb -f "$file"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$file" "$(stat -c %s "$file")" \
    "$(sha256sum "$file" | cut -d' ' -f1)"
done >Packages

echo '==> setting the image up'
# The only package source; its lists are made here, so that no droplet needs apt-get update.
mkdir -p "$root$mirror_in_droplet"
rm -f "$root"/etc/apt/sources.list.d/*
echo "deb [trusted=yes] file:$mirror_in_droplet ./" >"$root/etc/apt/sources.list"
mount --bind "$mirror" "$root$mirror_in_droplet"
chroot "$root" apt-get update -qq 2>"$directory/update.log" || status=$?
chroot "$root" apt-cache policy redis-server >"$directory/policy.log" || true
umount "$root$mirror_in_droplet"
[[ ${status:-0} -eq 0 ]] || { cat "$directory/update.log" >&2; exit 1; }
grep -q 'Candidate: [^(]' "$directory/policy.log" || { echo 'E: the package source is not seen' >&2; exit 1; }

for unit in $(cat "$directory/masked-units"); do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
ln -sf /lib/systemd/system/multi-user.target "$root/etc/systemd/system/default.target"
mkdir -p "$root/etc/systemd/journald.conf.d" "$root/etc/ssh/sshd_config.d"
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nForwardToSyslog=no\nAudit=no\n' \
  >"$root/etc/systemd/journald.conf.d/pocketcloud.conf"
printf 'PasswordAuthentication no\n' >"$root/etc/ssh/sshd_config.d/pocketcloud.conf"
# Nothing that must differ between machines may be in the image.
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/resolv.conf"
: >"$root/etc/machine-id"
printf '# This cloud has no name service.\n' >"$root/etc/resolv.conf"
rm -f "$root/etc/hostname" "$root/etc/hosts"
rm -f "$directory"/{build.sh,download.sh,packages,mirror-packages,mirror-all-versions,masked-units,update.log,policy.log}
)SCRIPT";

}  // namespace ashlar::pocketcloud

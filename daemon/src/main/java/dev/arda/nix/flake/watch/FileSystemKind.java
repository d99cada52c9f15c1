package dev.arda.nix.flake.watch;

import java.util.List;
import java.util.Set;

/** What a file system type promises about events and time stamps. */
enum FileSystemKind {
  /** All writes pass this kernel and raise events; time stamps come from this kernel's clock. */
  LOCAL,
  /** Writes may come from elsewhere without any event. */
  NO_EVENTS,
  /** Nothing is known (overlay among them): only a proof on the very same device counts. */
  UNKNOWN;

  private static final Set<String> LOCAL_TYPES =
      Set.of(
          "bcachefs",
          "btrfs",
          "erofs",
          "exfat",
          "ext2",
          "ext3",
          "ext4",
          "f2fs",
          "jfs",
          "msdos",
          "nilfs2",
          "ntfs3",
          "ramfs",
          "reiserfs",
          "tmpfs",
          "vfat",
          "xfs",
          "zfs");

  private static final List<String> NO_EVENTS_PREFIXES =
      List.of(
          "9p",
          "acfs",
          "afs",
          "aufs",
          "autofs",
          "beegfs",
          "ceph",
          "cifs",
          "coda",
          "ecryptfs",
          "fuse",
          "gfs2",
          "gluster",
          "gpfs",
          "lustre",
          "ncp",
          "nfs",
          "ocfs2",
          "orangefs",
          "prl_fs",
          "proc",
          "pvfs2",
          "shiftfs",
          "smb",
          "sysfs",
          "unionfs",
          "vboxsf",
          "virtiofs",
          "vmhgfs");

  static FileSystemKind of(String type) {
    if (LOCAL_TYPES.contains(type)) {
      return LOCAL;
    }
    return NO_EVENTS_PREFIXES.stream().anyMatch(type::startsWith) ? NO_EVENTS : UNKNOWN;
  }
}

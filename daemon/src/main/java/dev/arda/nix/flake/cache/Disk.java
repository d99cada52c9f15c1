package dev.arda.nix.flake.cache;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Creates files; a seam for tests, in which disks are full. */
interface Disk {

  /** The file system. New files are for their owner only. */
  Disk REAL =
      path -> {
        FileChannel channel =
            FileChannel.open(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return new NewFile() {
          @Override
          public OutputStream stream() {
            return Channels.newOutputStream(channel);
          }

          @Override
          public void sync() throws IOException {
            channel.force(true);
          }

          @Override
          public void close() throws IOException {
            channel.close();
          }
        };
      };

  /** Creates a file that does not exist. */
  NewFile create(Path path) throws IOException;

  /** A file that is being written. */
  interface NewFile extends Closeable {
    /** Appends to the file. */
    OutputStream stream();

    /** Returns when what was written will survive a power failure. */
    void sync() throws IOException;
  }
}

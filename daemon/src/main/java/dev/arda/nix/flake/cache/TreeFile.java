package dev.arda.nix.flake.cache;

import dev.arda.nix.flake.cache.SelectionTree.State;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;

/**
 * The form of the file that a tree is kept in: a magic number, the version, the key, the document
 * of {@link TreeWriter}, and the SHA-256 of all of that. The digest is checked before anything is
 * believed; nothing of a file is in memory but what is being read.
 */
final class TreeFile {

  private static final byte[] MAGIC = "arda selections\n".getBytes(StandardCharsets.US_ASCII);
  private static final int DIGEST_LENGTH = 32;

  /** Longest text of a key, in bytes; a damaged length must not take memory. */
  private static final int MAX_TEXT = 1 << 20;

  private TreeFile() {}

  /** Writes a file; the stream is left open. */
  static void write(SelectionKey key, State state, OutputStream out) throws IOException {
    MessageDigest digest = SelectionKey.sha256();
    var data = new DataOutputStream(new DigestOutputStream(out, digest));
    data.write(MAGIC);
    data.writeInt(key.schema());
    text(data, key.identity());
    text(data, key.evaluation());
    TreeWriter.write(state, data);
    data.flush();
    out.write(digest.digest());
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it does not exist, or is not a whole file for this key
   */
  static State read(SelectionKey key, Path file) throws IOException {
    try (SeekableByteChannel channel =
        Files.newByteChannel(file, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      long length = channel.size() - DIGEST_LENGTH;
      if (length < MAGIC.length) {
        throw new IOException("it is too short");
      }
      checkDigest(channel, length);
      channel.position(0);
      try (var data = new DataInputStream(bounded(channel, length))) {
        byte[] magic = data.readNBytes(MAGIC.length);
        if (!MessageDigest.isEqual(magic, MAGIC)) {
          throw new IOException("it is no file of selections");
        }
        int schema = data.readInt();
        if (schema != key.schema()) {
          throw new IOException("its version is " + schema + ", not " + key.schema());
        }
        if (!text(data).equals(key.identity()) || !text(data).equals(key.evaluation())) {
          throw new IOException("it belongs to another flake or evaluation");
        }
        return TreeReader.read(data);
      }
    }
  }

  /** Which content a file is about, as it says, unchecked; empty if it is no file of trees. */
  static Optional<String> identity(Path file) {
    try (var data =
        new DataInputStream(
            Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
      if (!MessageDigest.isEqual(data.readNBytes(MAGIC.length), MAGIC)) {
        return Optional.empty();
      }
      data.readInt();
      return Optional.of(text(data));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void checkDigest(SeekableByteChannel channel, long length) throws IOException {
    MessageDigest digest = SelectionKey.sha256();
    byte[] buffer = new byte[1 << 16];
    InputStream content = bounded(channel, length);
    for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
      digest.update(buffer, 0, n);
    }
    channel.position(length);
    byte[] expected = Channels.newInputStream(channel).readNBytes(DIGEST_LENGTH);
    if (!MessageDigest.isEqual(expected, digest.digest())) {
      throw new IOException("its checksum is wrong");
    }
  }

  /** The beginning of a file, buffered; closing it leaves the file open. */
  private static InputStream bounded(SeekableByteChannel channel, long length) {
    return new BufferedInputStream(
        new FilterInputStream(Channels.newInputStream(channel)) {
          private long left = length;

          @Override
          public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
          }

          @Override
          public int read(byte[] bytes, int offset, int count) throws IOException {
            if (left == 0) {
              return -1;
            }
            int read = super.read(bytes, offset, (int) Math.min(count, left));
            if (read < 0) {
              throw new EOFException("it ends early");
            }
            left -= read;
            return read;
          }

          @Override
          public void close() {}
        },
        1 << 16);
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = in.readInt();
    if (length < 0 || length > MAX_TEXT) {
      throw new IOException("its key is damaged");
    }
    byte[] bytes = in.readNBytes(length);
    if (bytes.length != length) {
      throw new EOFException("it ends in its key");
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }
}

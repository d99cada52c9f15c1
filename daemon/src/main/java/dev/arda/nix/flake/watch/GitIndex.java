package dev.arda.nix.flake.watch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads names and kinds from git's index, versions 2 to 4 (gitformat-index(5)). Split and sparse
 * indices, names that this locale cannot express and anything malformed give an unknown result, for
 * which every file counts.
 */
final class GitIndex {
  private static final int SIGNATURE = 0x44495243; // DIRC
  private static final int SPLIT = 0x6c696e6b; // link
  private static final int SPARSE = 0x73646972; // sdir
  private static final int STAT_BYTES = 40;
  private static final int MODE_OFFSET = 24;
  private static final int TYPE_MASK = 0xF000;
  private static final int SUBMODULE = 0xE000;
  private static final int DIRECTORY = 0x4000;
  private static final int EXTENDED = 0x4000;
  private static final int[] HASH_BYTES = {20, 32};

  private final ByteBuffer data;
  private final int hashBytes;
  private final Map<String, Set<String>> entries = new HashMap<>();
  private final Set<String> submodules = new HashSet<>();

  /** The index names something that cannot be told from it alone. */
  private static final class UnknownException extends Exception {
    private static final long serialVersionUID = 1;

    UnknownException(String reason) {
      super(reason);
    }
  }

  private GitIndex(byte[] bytes, int hashBytes) {
    this.data = ByteBuffer.wrap(bytes);
    this.hashBytes = hashBytes;
  }

  /** Reads an index; a missing one tracks nothing. */
  static TrackedFiles read(Path index) {
    byte[] bytes;
    try {
      if (Files.isSymbolicLink(index)) {
        return TrackedFiles.unknown("the index is a link");
      }
      bytes = Files.readAllBytes(index);
    } catch (NoSuchFileException _) {
      return new TrackedFiles(Map.of("", Set.of()), Set.of(), Optional.empty());
    } catch (IOException e) {
      return TrackedFiles.unknown("the index cannot be read: " + e);
    }
    return parse(bytes);
  }

  static TrackedFiles parse(byte[] bytes) {
    String reason = "the index is malformed";
    // Only the right width lets the extensions end exactly before the checksum.
    for (int width : HASH_BYTES) {
      try {
        return new GitIndex(bytes, width).parse();
      } catch (UnknownException e) {
        reason = String.valueOf(e.getMessage());
      } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException _) {
        // The other width, or unknown.
      }
    }
    return TrackedFiles.unknown(reason);
  }

  private TrackedFiles parse() throws UnknownException {
    int signature = data.getInt();
    int version = data.getInt();
    int count = data.getInt();
    if (signature != SIGNATURE || version < 2 || version > 4) {
      throw new IllegalArgumentException("not an index");
    }
    entries.put("", new HashSet<>());
    byte[] previous = new byte[0];
    for (int i = 0; i < count; i++) {
      previous = entry(version, previous);
    }
    int end = data.limit() - hashBytes;
    while (data.position() < end) {
      int extension = data.getInt();
      int size = data.getInt();
      if (extension == SPLIT) {
        throw new UnknownException("the index is split");
      }
      if (extension == SPARSE) {
        throw new UnknownException("the index is sparse");
      }
      if (size < 0) {
        throw new IllegalArgumentException("negative size");
      }
      data.position(Math.addExact(data.position(), size));
    }
    if (data.position() != end) {
      throw new IllegalArgumentException("trailing bytes");
    }
    entries.replaceAll((_, names) -> Set.copyOf(names));
    return new TrackedFiles(Map.copyOf(entries), Set.copyOf(submodules), Optional.empty());
  }

  private byte[] entry(int version, byte[] previous) throws UnknownException {
    int start = data.position();
    int type = data.getInt(start + MODE_OFFSET) & TYPE_MASK;
    data.position(start + STAT_BYTES + hashBytes);
    int flags = data.getShort();
    if (version >= 3 && (flags & EXTENDED) != 0) {
      data.getShort();
    }
    byte[] name;
    if (version == 4) {
      int strip = varint();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(previous, 0, previous.length - strip);
      for (byte b = data.get(); b != 0; b = data.get()) {
        out.write(b);
      }
      name = out.toByteArray();
    } else {
      int nameStart = data.position();
      int nameEnd = nameStart;
      while (data.get(nameEnd) != 0) {
        nameEnd++;
      }
      name = new byte[nameEnd - nameStart];
      data.get(name);
      int length = nameEnd - start;
      data.position(start + (length / 8 + 1) * 8); // padded with one to eight NUL
    }
    add(text(name), type);
    return name;
  }

  /** git's offset encoding: each continued byte also adds one, so that lengths are unambiguous. */
  private int varint() {
    int b = data.get() & 0xFF;
    int value = b & 0x7F;
    while ((b & 0x80) != 0) {
      b = data.get() & 0xFF;
      value = Math.addExact(Math.multiplyExact(value + 1, 128), b & 0x7F);
    }
    return value;
  }

  private static String text(byte[] name) throws UnknownException {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(name)).toString();
    } catch (CharacterCodingException _) {
      throw new UnknownException("a tracked name is not UTF-8");
    }
    if (text.length() != name.length
        && !"UTF-8".equalsIgnoreCase(System.getProperty("sun.jnu.encoding"))) {
      throw new UnknownException("a tracked name cannot be expressed in the daemon's locale");
    }
    return text;
  }

  private void add(String path, int type) throws UnknownException {
    if (type == DIRECTORY || path.isEmpty()) {
      throw new UnknownException("the index is sparse");
    }
    if (type == SUBMODULE) {
      submodules.add(path);
    }
    String rest = path;
    while (true) {
      int slash = rest.lastIndexOf('/');
      String directory = slash < 0 ? "" : rest.substring(0, slash);
      Set<String> names = entries.get(directory);
      boolean known = names != null;
      if (names == null) {
        names = new HashSet<>();
        entries.put(directory, names);
      }
      names.add(rest.substring(slash + 1));
      if (known) {
        return;
      }
      rest = directory;
    }
  }
}

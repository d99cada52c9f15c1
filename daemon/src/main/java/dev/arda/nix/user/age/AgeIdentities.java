package dev.arda.nix.user.age;

import com.exceptionfactory.jagged.RecipientStanzaReader;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaReaderFactory;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;

/** The private keys of somebody: a file as {@code age-keygen} writes it. Says nothing of them. */
public final class AgeIdentities {

  private static final int LIMIT = 256 * 1024;

  private static final EnumSet<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Path file;
  private final List<RecipientStanzaReader> readers;

  private AgeIdentities(Path file, List<RecipientStanzaReader> readers) {
    this.file = file;
    this.readers = List.copyOf(readers);
  }

  /** Where the keys of a caller are, unless another file is named. */
  public static Path usual(CallContext context) {
    var configuration = context.environment().getOrDefault("XDG_CONFIG_HOME", "");
    var home = context.cwd().resolve(context.environment().getOrDefault("HOME", "/"));
    return (configuration.startsWith("/") ? Path.of(configuration) : home.resolve(".config"))
        .resolve("arda/age/keys.txt");
  }

  /**
   * Reads the keys of a caller.
   *
   * @param given the file; empty: the {@linkplain #usual usual} one
   * @param self login name of whoever runs arda
   * @throws UserException {@code IDENTITY_UNUSABLE}: it is not there, others may read it, or it
   *     holds something else
   */
  public static AgeIdentities read(CallContext context, Optional<Path> given, String self) {
    var file = given.orElseGet(() -> usual(context));
    try {
      var attributes = Files.readAttributes(file, PosixFileAttributes.class);
      if (!attributes.isRegularFile()) {
        throw unusable(file, "it is no file");
      }
      var owner = attributes.owner().getName();
      if (!owner.equals(self) && !owner.equals("root")) {
        throw unusable(file, "it belongs to " + owner);
      }
      if (attributes.permissions().stream().anyMatch(OTHERS::contains)) {
        throw unusable(file, "others may read or write it; chmod 600 makes it yours alone");
      }
      if (attributes.size() > LIMIT) {
        throw unusable(file, "it is too large");
      }
      return new AgeIdentities(file, parse(file, Files.readAllBytes(file)));
    } catch (NoSuchFileException e) {
      throw unusable(
          file, "it is not there; age-keygen -o makes one, and --identity names another file");
    } catch (IOException e) {
      throw unusable(file, "it cannot be read");
    }
  }

  private static List<RecipientStanzaReader> parse(Path file, byte[] bytes) {
    var readers = new ArrayList<RecipientStanzaReader>();
    var lines = new String(bytes, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    for (int i = 0; i < lines.length; i++) {
      var line = lines[i].strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      // What the line holds is not for a message.
      if (line.startsWith("age-encryption.org/") || line.startsWith("-----BEGIN AGE")) {
        throw unusable(file, "it is encrypted itself");
      }
      if (!line.startsWith("AGE-SECRET-KEY-1")) {
        throw unusable(file, "line %d is no X25519 key of age".formatted(i + 1));
      }
      try {
        readers.add(X25519RecipientStanzaReaderFactory.newRecipientStanzaReader(line));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw unusable(file, "the key in line %d is damaged".formatted(i + 1));
      }
    }
    if (readers.isEmpty()) {
      throw unusable(file, "it holds no key");
    }
    return readers;
  }

  private static UserException unusable(Path file, String why) {
    var shown = file.toString().replaceAll("\\p{Cc}", "?");
    return new UserException(
        Reason.IDENTITY_UNUSABLE,
        "The keys in %s cannot be used: %s.".formatted(shown, why),
        Details.NONE.with("file", shown));
  }

  /** The file, as it can stand in a message. */
  String file() {
    return file.toString().replaceAll("\\p{Cc}", "?");
  }

  List<RecipientStanzaReader> readers() {
    return readers;
  }

  /** Says nothing of the keys. */
  @Override
  public String toString() {
    return "AgeIdentities[" + file() + "]";
  }
}

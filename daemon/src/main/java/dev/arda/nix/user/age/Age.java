package dev.arda.nix.user.age;

import com.exceptionfactory.jagged.DecryptingChannelFactory;
import com.exceptionfactory.jagged.RecipientStanzaWriter;
import com.exceptionfactory.jagged.UnsupportedRecipientStanzaException;
import com.exceptionfactory.jagged.framework.armor.ArmoredDecryptingChannelFactory;
import com.exceptionfactory.jagged.framework.armor.ArmoredEncryptingChannelFactory;
import com.exceptionfactory.jagged.framework.stream.StandardDecryptingChannelFactory;
import com.exceptionfactory.jagged.x25519.X25519RecipientStanzaWriterFactory;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.UserException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Encrypts and decrypts in the format age, version 1. */
public final class Age {

  /** The most that an encrypted file may weigh, in bytes: ASCII and many recipients included. */
  public static final int FILE_LIMIT = 1 << 20;

  private static final String ARMOR = "-----BEGIN AGE ENCRYPTED FILE-----";
  private static final String END = "-----END AGE ENCRYPTED FILE-----";

  private Age() {}

  /**
   * Why a text is no recipient that can be encrypted for.
   *
   * @return empty: it is one
   */
  public static Optional<String> fault(String recipient) {
    if (recipient.startsWith("ssh-")) {
      return Optional.of(
          "is a key of ssh; a recipient is an X25519 key such as age-keygen makes (age1…)");
    }
    if (!recipient.matches("age1[0-9a-z]{20,100}")) {
      return Optional.of("is no recipient of age (age1…)");
    }
    try {
      X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient);
      return Optional.empty();
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Optional.of("is no recipient of age: a letter is wrong or missing");
    }
  }

  /**
   * Encrypts.
   *
   * @param recipients public keys, at least one, each without a {@link #fault}
   * @return the file, in ASCII
   */
  public static byte[] encrypt(SecretValue value, Collection<String> recipients) {
    if (recipients.isEmpty()) {
      throw new IllegalArgumentException("no recipients");
    }
    var output = new ByteArrayOutputStream();
    var bytes = ByteBuffer.wrap(value.bytes());
    try {
      var writers = new ArrayList<RecipientStanzaWriter>();
      for (var recipient : recipients) {
        writers.add(X25519RecipientStanzaWriterFactory.newRecipientStanzaWriter(recipient));
      }
      try (var channel =
          new ArmoredEncryptingChannelFactory()
              .newEncryptingChannel(Channels.newChannel(output), writers)) {
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot encrypt", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      java.util.Arrays.fill(bytes.array(), (byte) 0);
    }
    return output.toByteArray();
  }

  /**
   * Decrypts.
   *
   * @param file in ASCII or not
   * @param name what to call it in a message
   * @throws UserException {@code SECRET_UNREADABLE}
   */
  public static SecretValue decrypt(byte[] file, AgeIdentities identities, String name) {
    DecryptingChannelFactory factory =
        isArmored(file)
            ? new ArmoredDecryptingChannelFactory()
            : new StandardDecryptingChannelFactory();
    try (var channel =
            factory.newDecryptingChannel(
                Channels.newChannel(new ByteArrayInputStream(file)), identities.readers());
        var input = Channels.newInputStream(channel)) {
      var bytes = input.readNBytes(SecretValue.LIMIT + 1);
      try {
        if (bytes.length > SecretValue.LIMIT) {
          throw unreadable(name, "it holds more than %,d bytes".formatted(SecretValue.LIMIT));
        }
        return new SecretValue(bytes);
      } finally {
        java.util.Arrays.fill(bytes, (byte) 0);
      }
    } catch (UnsupportedRecipientStanzaException e) {
      throw unreadable(name, "it is not for any of the keys in " + identities.file());
    } catch (GeneralSecurityException | IOException | RuntimeException e) {
      if (e instanceof UserException known) {
        throw known;
      }
      // Whatever the library says of a file that is not as it must be, it may cite what is in it.
      throw unreadable(name, "it is no file of age, or it is damaged");
    }
  }

  private static UserException unreadable(String name, String why) {
    return new UserException(
        Reason.SECRET_UNREADABLE,
        "The secret %s cannot be decrypted: %s.".formatted(name, why),
        Details.NONE.with("secret", name));
  }

  /** For how many recipients a file is; -1: it is no file of age. */
  public static int recipients(byte[] file) {
    var text = new String(isArmored(file) ? decoded(file) : file, StandardCharsets.ISO_8859_1);
    var lines = List.of(text.split("\n", -1));
    int end = 0;
    while (end < lines.size() && !lines.get(end).startsWith("--- ")) {
      end++;
    }
    if (end == lines.size() || !lines.getFirst().equals("age-encryption.org/v1")) {
      return -1;
    }
    return (int) lines.subList(0, end).stream().filter(line -> line.startsWith("-> ")).count();
  }

  private static boolean isArmored(byte[] file) {
    return new String(file, 0, Math.min(file.length, 100), StandardCharsets.ISO_8859_1)
        .stripLeading()
        .startsWith(ARMOR);
  }

  private static byte[] decoded(byte[] file) {
    var text = new String(file, StandardCharsets.ISO_8859_1);
    try {
      return Base64.getMimeDecoder().decode(text.replace(ARMOR, "").replace(END, ""));
    } catch (IllegalArgumentException e) {
      return new byte[0];
    }
  }
}

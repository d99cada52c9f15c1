package dev.arda.nix.store.build;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a {@code .drv} file says of outputs and inputs, read without asking Nix (its {@code
 * derivations.cc}): {@code
 * Derive([("out","/nix/store/…","",""),…],[("/nix/store/….drv",["out"]),…],…)}.
 *
 * @param outputs store paths by names of outputs; empty where the path is known only when it is
 *     built
 * @param inputs the derivations that it needs outputs of
 */
record DerivationFile(SortedMap<String, String> outputs, List<String> inputs) {

  private static final String START = "Derive(";
  private static final String START_WITH_VERSION = "DrvWithVersion(";

  DerivationFile {
    outputs = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(outputs));
    inputs = List.copyOf(inputs);
  }

  /**
   * Reads a file.
   *
   * @return empty if it is not there or is of another form
   */
  static Optional<DerivationFile> read(Path file) {
    try {
      return Optional.of(new Reader(Files.readString(file, StandardCharsets.ISO_8859_1)).read());
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Reads the first two parts. */
  private static final class Reader {
    private final String text;
    private int at;

    Reader(String text) {
      this.text = text;
    }

    DerivationFile read() {
      if (text.startsWith(START_WITH_VERSION)) {
        at = START_WITH_VERSION.length();
        string();
        expect(',');
      } else if (text.startsWith(START)) {
        at = START.length();
      } else {
        throw new IllegalArgumentException("not a derivation");
      }
      var outputs = new TreeMap<String, String>();
      list(() -> {
        expect('(');
        var name = string();
        expect(',');
        var path = string();
        expect(',');
        string();
        expect(',');
        string();
        expect(')');
        outputs.put(name, path);
      });
      expect(',');
      var inputs = new ArrayList<String>();
      list(() -> {
        expect('(');
        inputs.add(string());
        expect(',');
        skip();
        expect(')');
      });
      return new DerivationFile(outputs, inputs);
    }

    private void list(Runnable element) {
      expect('[');
      while (peek() != ']') {
        element.run();
        if (peek() == ',') {
          at++;
        }
      }
      at++;
    }

    /** Skips one value, whatever it is. */
    private void skip() {
      int depth = 0;
      do {
        char c = peek();
        if (c == '"') {
          string();
        } else {
          at++;
          depth += c == '[' || c == '(' ? 1 : c == ']' || c == ')' ? -1 : 0;
        }
      } while (depth > 0);
    }

    private String string() {
      expect('"');
      var result = new StringBuilder();
      for (char c = next(); c != '"'; c = next()) {
        result.append(c == '\\' ? unescaped(next()) : c);
      }
      return result.toString();
    }

    private static char unescaped(char c) {
      return switch (c) {
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        default -> c;
      };
    }

    private void expect(char c) {
      if (next() != c) {
        throw new IllegalArgumentException("expected " + c + " at " + at);
      }
    }

    private char next() {
      char c = peek();
      at++;
      return c;
    }

    private char peek() {
      if (at >= text.length()) {
        throw new IllegalArgumentException("ends too early");
      }
      return text.charAt(at);
    }
  }
}

package dev.arda.nix.system.source;

import dev.arda.nix.system.source.HostRemover.Left;
import dev.arda.nix.system.source.HostRemover.Mention;
import dev.arda.nix.system.source.NixTokens.Kind;
import dev.arda.nix.system.source.NixTokens.Token;
import dev.arda.nix.system.source.NixTokens.UnreadableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The Nix files of a flake in which the name of a host stands: what names the host, and what uses
 * its files. A path to a file of a host has the name of the host in it, or is computed.
 *
 * @param flake directory
 * @param host its name
 * @param texts what they hold
 */
record NamingFiles(Path flake, String host, List<Text> texts) {

  private static final Set<String> SKIPPED = Set.of(".git", ".jj", ".direnv", "node_modules");
  private static final long LARGEST_FILE = 16 << 20;

  /** A file and what it holds. */
  record Text(Path file, String text) {}

  /** Copies the list. */
  NamingFiles {
    texts = List.copyOf(texts);
  }

  /**
   * Reads them.
   *
   * @param flakeText what is taken for the text of {@code flake.nix}
   */
  static NamingFiles of(Path flake, String host, String flakeText) {
    var texts = new ArrayList<Text>();
    var flakeFile = flake.resolve("flake.nix");
    try {
      var real = flakeFile.toRealPath();
      Files.walkFileTree(
          flake,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
              return !path.equals(flake) && SKIPPED.contains(path.getFileName().toString())
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (isNix(file, attributes) && (file.equals(flakeFile) || !isSame(file, real))) {
                var text = file.equals(flakeFile) ? flakeText : read(file);
                if (text.contains(host)) {
                  texts.add(new Text(file, text));
                }
              }
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    texts.sort(Comparator.comparing(Text::file));
    return new NamingFiles(flake, host, texts);
  }

  /** Whether a file is what {@code flake.nix} is a link to. */
  private static boolean isSame(Path file, Path flakeFile) {
    return file.endsWith(flakeFile.getFileName())
        && real(file).filter(flakeFile::equals).isPresent();
  }

  private static Optional<Path> real(Path file) {
    try {
      return Optional.of(file.toRealPath());
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static boolean isNix(Path file, BasicFileAttributes attributes) {
    return file.getFileName().toString().endsWith(".nix")
        && ((attributes.isRegularFile() && attributes.size() <= LARGEST_FILE)
            || (attributes.isSymbolicLink() && file.getFileName().toString().equals("flake.nix")));
  }

  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** The lines that name the host as a whole word, outside of these files and directories. */
  List<Mention> mentions(Collection<Path> gone) {
    var word = NixText.word(host);
    var result = new ArrayList<Mention>();
    for (var one : outside(gone)) {
      int number = 0;
      for (var line : one.text().lines().toList()) {
        number++;
        if (word.matcher(line).find()) {
          result.add(new Mention(flake.relativize(one.file()), number, line.strip()));
        }
      }
    }
    return result;
  }

  /**
   * Those of these files and directories that something outside of them uses, or one of them that
   * is left for that, each with the first line that does.
   */
  List<Left> used(Collection<Path> files) {
    var gone = new ArrayList<>(files);
    var result = new ArrayList<Left>();
    boolean more = true;
    while (more) {
      more = false;
      for (var file : List.copyOf(gone)) {
        var use = outside(gone).stream().flatMap(one -> use(one, file).stream()).findFirst();
        if (use.isPresent()) {
          gone.remove(file);
          result.add(new Left(flake.relativize(file), use.get()));
          more = true;
        }
      }
    }
    return result;
  }

  private List<Text> outside(Collection<Path> gone) {
    return texts.stream().filter(one -> gone.stream().noneMatch(one.file()::startsWith)).toList();
  }

  private Optional<Mention> use(Text text, Path used) {
    try {
      var tokens = NixTokens.of(text.text());
      for (int i = 0; i < tokens.size(); i++) {
        if (uses(text.file(), tokens, i, used)) {
          return Optional.of(mention(text, tokens.get(i).from()));
        }
      }
      return Optional.empty();
    } catch (UnreadableException e) {
      // It is no Nix that is understood: the name of the file alone has to do.
      var found = NixText.word(used.getFileName().toString()).matcher(text.text());
      return found.find() ? Optional.of(mention(text, found.start())) : Optional.empty();
    }
  }

  private Mention mention(Text text, int offset) {
    var before = text.text().substring(0, offset);
    int end = text.text().indexOf('\n', offset);
    var line =
        text.text()
            .substring(before.lastIndexOf('\n') + 1, end < 0 ? text.text().length() : end)
            .strip();
    return new Mention(
        flake.relativize(text.file()),
        (int) before.chars().filter(c -> c == '\n').count() + 1,
        line);
  }

  private boolean uses(Path file, List<Token> tokens, int index, Path used) {
    var token = tokens.get(index);
    if (token.kind() == Kind.PATH) {
      var path = literal(token.text());
      var appended =
          index + 2 < tokens.size()
                  && tokens.get(index + 1).is("+")
                  && tokens.get(index + 2).kind() == Kind.STRING
                  && !token.text().contains("${")
              ? path + literal(tokens.get(index + 2).text().replace("\"", ""))
              : path;
      return isIn(file, path, used) || isIn(file, appended, used);
    }
    if (token.kind() == Kind.STRING) {
      return written("(?:^|[/\"'\\s])", flake.relativize(used).toString(), token.text())
          || written("\\}/", used.getFileName().toString(), token.text())
          || interpolated(file, token.text(), used);
    }
    return false;
  }

  private static boolean written(String before, String path, String text) {
    return Pattern.compile(before + Pattern.quote(path) + "(?![A-Za-z0-9_.+-])")
        .matcher(text)
        .find();
  }

  /** Whether a path that is interpolated into a string leads to a file. */
  private static boolean interpolated(Path file, String text, Path used) {
    var paths = Pattern.compile("\\$\\{\\s*(\\.{1,2}/[A-Za-z0-9._+/-]*)\\s*\\}").matcher(text);
    while (paths.find()) {
      if (isIn(file, paths.group(1), used)) {
        return true;
      }
    }
    return false;
  }

  /** What of a path or a string is certain: all before an interpolation, up to its last slash. */
  private static String literal(String text) {
    int computed = text.indexOf("${");
    return computed < 0 ? text : text.substring(0, text.lastIndexOf('/', computed) + 1);
  }

  private static boolean isIn(Path file, String path, Path used) {
    try {
      return file.resolveSibling(path).normalize().startsWith(used);
    } catch (InvalidPathException e) {
      return false;
    }
  }
}

package dev.arda.nix.core;

import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixErrorDetail.Frame;
import dev.arda.nix.types.SourcePosition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what Nix prints when it fails, in the forms of all versions (each is recorded among the
 * tests):
 *
 * <pre>
 * Nix 2.8                          since Nix 2.20
 *
 * error: last words                error:
 *                                         … outermost frame
 *        at FILE:LINE:COLUMN:               at FILE:LINE:COLUMN:
 *                                             2| source
 *             2| source                        | ^
 *              | ^
 *                                         error: last words
 *        … innermost frame                at FILE:LINE:COLUMN:
 *                                             2| source
 *        at FILE:LINE:COLUMN:
 * </pre>
 *
 * <p>Without frames both begin with the last words. Plain text, coloured text and {@link
 * InternalJsonLog} are understood, also mixed.
 */
public final class NixErrors {

  private static final int TAIL_LIMIT = 64 * 1024;
  private static final int MOST_FRAMES = 1000;

  private static final String START = "error:";
  private static final String INDENT = " ".repeat(7);
  private static final Pattern POSITION =
      Pattern.compile("\\s*at (.+?):([0-9]+)(?::([0-9]+))?:?\\s*");
  private static final Pattern SOURCE = Pattern.compile("\\s*[0-9]*\\|.*");
  private static final Pattern HINT =
      Pattern.compile("\\s*\\((use '--show-trace'|stack trace truncated).*");
  private static final Pattern DEPENDENCIES_ONLY =
      Pattern.compile(
          "(?s)[0-9]+ dependenc(y|ies) of .* failed.*|.*Reason: [0-9]+ dependenc(y|ies) failed.*");

  private NixErrors() {}

  /**
   * What Nix said.
   *
   * @param errors its standard error, or the end of it
   */
  public static NixErrorDetail read(String errors) {
    var text = plain(errors);
    var blocks = blocks(text);
    var best =
        blocks.reversed().stream()
            .filter(block -> !DEPENDENCIES_ONLY.matcher(block.message()).matches())
            .findFirst()
            // Nix said only that something else failed, and what was cut off.
            .or(() -> blocks.isEmpty() ? Optional.empty() : Optional.of(blocks.getLast()))
            .orElseGet(() -> new Block(lastLine(text), Optional.empty(), List.of()));
    return new NixErrorDetail(best.message(), best.position(), best.frames(), tail(text));
  }

  /** One error with what belongs to it. */
  private record Block(String message, Optional<SourcePosition> position, List<Frame> frames) {}

  private static String plain(String errors) {
    var result = new StringBuilder();
    for (var line : errors.lines().toList()) {
      var event = InternalJsonLog.decode(line);
      if (event.isEmpty()) {
        result.append(line).append('\n');
      } else if (event.get() instanceof NixLogEvent.Message message) {
        result.append(message.text()).append('\n');
      } else if (event.get() instanceof NixLogEvent.Result log
          && log.type() == NixLogEvent.ResultType.BUILD_LOG_LINE
          && !log.fields().isEmpty()) {
        result.append(log.fields().getFirst()).append('\n');
      }
    }
    return TerminalText.strip(result.toString());
  }

  private static String tail(String text) {
    return text.length() <= TAIL_LIMIT ? text : text.substring(text.length() - TAIL_LIMIT);
  }

  private static String lastLine(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .reduce((_, last) -> last)
        .map(String::strip)
        .orElse("Nix failed without a message.");
  }

  private static List<Block> blocks(String text) {
    var result = new ArrayList<Block>();
    var current = new ArrayList<String>();
    var lines = text.lines().toList();
    if (lines.stream().noneMatch(line -> line.startsWith(START))) {
      // The beginning was cut off a long trace.
      return lines.stream()
          .filter(line -> line.startsWith(INDENT + START))
          .findFirst()
          .map(_ -> List.of(new Reader(cutOff(lines)).read()))
          .orElse(List.of());
    }
    for (var line : lines) {
      var starts = line.startsWith(START);
      var continues = line.isBlank() || line.startsWith(" ");
      if (!current.isEmpty() && !continues) {
        result.add(new Reader(current).read());
        current.clear();
      }
      if (starts || (!current.isEmpty() && continues)) {
        current.add(line);
      }
    }
    if (!current.isEmpty()) {
      result.add(new Reader(current).read());
    }
    return result;
  }

  private static List<String> cutOff(List<String> lines) {
    var result = new ArrayList<>(List.of(START));
    result.addAll(lines.stream().dropWhile(line -> !line.startsWith(INDENT + "…")).toList());
    return result;
  }

  /** Reads the lines of one error. */
  private static final class Reader {
    private final List<String> lines;
    private final List<Frame> frames = new ArrayList<>();
    private final List<String> message = new ArrayList<>();
    private Optional<SourcePosition> position = Optional.empty();
    private boolean wordsAwaited;

    /** What lines without a mark belong to. */
    private enum Part {
      MESSAGE,
      FRAME,
      SOURCE
    }

    private Reader(List<String> lines) {
      this.lines = lines;
    }

    private Block read() {
      var first = lines.getFirst().substring(START.length()).strip();
      var newForm = first.isEmpty();
      wordsAwaited = newForm;
      var part = Part.MESSAGE;
      message.add(first);
      for (var line : lines.subList(1, lines.size())) {
        part = take(line, part);
      }
      if (!newForm) {
        java.util.Collections.reverse(frames);
      }
      var words = String.join("\n", message).strip();
      return new Block(words, position.or(this::innermost), List.copyOf(frames));
    }

    private Part take(String line, Part part) {
      var text = line.strip();
      if (HINT.matcher(line).matches()) {
        return part;
      }
      if (text.startsWith("… ") || text.equals("…")) {
        if (frames.size() < MOST_FRAMES) {
          frames.add(new Frame(text.substring(1).strip(), Optional.empty()));
        }
        return Part.FRAME;
      }
      if (wordsAwaited && text.startsWith(START)) {
        wordsAwaited = false;
        message.clear();
        message.add(text.substring(START.length()).strip());
        return Part.MESSAGE;
      }
      var match = POSITION.matcher(line);
      if (match.matches()) {
        place(position(match), part);
        return Part.SOURCE;
      }
      if (part == Part.SOURCE && (text.isEmpty() || SOURCE.matcher(line).matches())) {
        return Part.SOURCE;
      }
      if (part == Part.FRAME && !text.isEmpty()) {
        var frame = frames.removeLast();
        frames.add(new Frame(frame.message() + "\n" + text, frame.position()));
        return Part.FRAME;
      }
      if (part == Part.FRAME) {
        return Part.FRAME;
      }
      if (part == Part.SOURCE) {
        // What follows the source belongs to the words: "Did you mean alpha?".
        message.removeIf(String::isBlank);
      }
      message.add(unindented(line));
      return Part.MESSAGE;
    }

    private void place(SourcePosition place, Part part) {
      if (part == Part.FRAME) {
        var frame = frames.removeLast();
        frames.add(new Frame(frame.message(), Optional.of(place)));
      } else if (part == Part.MESSAGE) {
        position = Optional.of(place);
      }
    }

    private static SourcePosition position(java.util.regex.Matcher match) {
      var column = Optional.ofNullable(match.group(3)).map(Reader::number).orElse(0);
      return new SourcePosition(match.group(1), number(match.group(2)), column);
    }

    private static int number(String digits) {
      return digits.length() > 9 ? 0 : Integer.parseInt(digits);
    }

    private Optional<SourcePosition> innermost() {
      return frames.isEmpty() ? Optional.empty() : frames.getLast().position();
    }

    private static String unindented(String line) {
      var indent = 0;
      while (indent < INDENT.length() && indent < line.length() && line.charAt(indent) == ' ') {
        indent++;
      }
      return line.substring(indent);
    }
  }
}

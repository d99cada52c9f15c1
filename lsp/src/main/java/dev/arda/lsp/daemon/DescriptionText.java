package dev.arda.lsp.daemon;

import dev.arda.lsp.document.Uris;
import dev.arda.lsp.feature.FlakeView;
import dev.arda.v1.DescribeResponse;
import dev.arda.v1.Freshness;
import dev.arda.v1.NamedDescription;
import dev.arda.v1.SourcePosition;
import dev.arda.v1.ValueDescription;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;

/** Writes what the daemon knows of a value as Markdown. */
final class DescriptionText {

  private final Path root;

  /**
   * For a flake.
   *
   * @param root its directory, from which its files are named
   */
  DescriptionText(Path root) {
    this.root = root;
  }

  /** All that is worth showing. */
  String markdown(String selector, DescribeResponse known) {
    var parts = new ArrayList<String>();
    if (known.hasError()) {
      parts.add("**%s**".formatted(escaped(known.getError().getMessage())));
    }
    if (known.hasDescription()) {
      if (known.getFreshness() == Freshness.FRESHNESS_EARLIER) {
        parts.add(FlakeView.Description.EARLIER);
      }
      var value = known.getDescription();
      parts.add(code(selector + assigned(value)));
      if (value.getType().equals("each")) {
        parts.add(table(value));
      }
      parts.add(facts(value));
      parts.add(escaped(prose(value)));
      if (value.hasPosition()) {
        parts.add(position(value.getPosition()));
      }
    }
    parts.removeIf(String::isBlank);
    return String.join("\n\n", parts);
  }

  /** A value that stands in one line; empty if there is none to show. */
  static String value(ValueDescription value) {
    return switch (value.getType()) {
      case "string", "int", "float", "bool", "null", "path" ->
          value.getSecret() ? "" : value.getPreview();
      default -> "";
    };
  }

  private static String assigned(ValueDescription value) {
    return switch (value.getType()) {
      case "each" -> "";
      default ->
          value.getSecret()
              ? " = <not shown>"
              : value.getPreview().isEmpty()
                  ? " = <" + value.getType() + ">"
                  : " = " + value.getPreview();
    };
  }

  /** Code within a line, whatever is in it. */
  private static String span(String text) {
    var line = text.replace('\n', ' ');
    var fence = "`";
    while (line.contains(fence)) {
      fence += "`";
    }
    boolean apart = line.startsWith("`") || line.endsWith("`");
    return apart ? fence + " " + line + " " + fence : fence + line + fence;
  }

  private static String code(String text) {
    // A fence that is longer than any inside.
    var fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence + "nix\n" + text + "\n" + fence;
  }

  private static String facts(ValueDescription value) {
    var facts = new ArrayList<String>();
    switch (value.getType()) {
      case "set" ->
          facts.add(
              value.hasDerivation()
                  ? "derivation"
                  : value.getOption().getType().isEmpty()
                      ? "set of " + count(value.getCount(), "attribute")
                      : "option value");
      case "list" -> facts.add("list of " + count(value.getCount(), "element"));
      case "each" -> facts.add(count(value.getCount(), "value"));
      case "lambda" -> facts.add("function");
      default -> facts.add(value.getType());
    }
    if (value.hasDerivation()) {
      var derivation = value.getDerivation();
      if (!derivation.getName().isEmpty()) {
        facts.add(span(derivation.getName()));
      }
      add(facts, "version %s", derivation.getVersion());
      if (derivation.getOutputsCount() > 0) {
        add(facts, "outputs %s", String.join(", ", derivation.getOutputsList()));
      }
    }
    if (value.hasOption()) {
      add(facts, "type: %s", value.getOption().getType());
      if (!value.getOption().getDefaultText().isEmpty()) {
        facts.add("default: " + span(value.getOption().getDefaultText()));
      }
    }
    return String.join(" · ", facts);
  }

  private static void add(List<String> facts, String form, String text) {
    if (!text.isEmpty()) {
      facts.add(form.formatted(escaped(text)));
    }
  }

  private static String count(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static String prose(ValueDescription value) {
    return value.hasOption()
        ? value.getOption().getDescription()
        : value.getDerivation().getDescription();
  }

  /** A row for each; those that are unlike most others are marked. */
  private static String table(ValueDescription value) {
    var counts = new HashMap<String, Integer>();
    for (var one : value.getEachList()) {
      counts.merge(shown(one), 1, Integer::sum);
    }
    int most = counts.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    var text = new StringBuilder("| | |\n|---|---|\n");
    for (var one : value.getEachList()) {
      boolean odd = most > value.getEachCount() / 2 && counts.getOrDefault(shown(one), 0) < most;
      text.append("| ")
          .append(cell(escaped(one.getName())))
          .append(" | ")
          .append(cell(written(one)))
          .append(odd ? " ◂ |\n" : " |\n");
    }
    if (value.getEachCount() < value.getCount()) {
      text.append("| … | %d more |\n".formatted(value.getCount() - value.getEachCount()));
    }
    return text.toString().stripTrailing();
  }

  /** A value, or why there is none. */
  private static String written(NamedDescription one) {
    return switch (one.getDescription().getType()) {
      case "failed" -> "*cannot be evaluated*";
      case "missing" -> "*has none*";
      default -> span(shown(one));
    };
  }

  private static String shown(NamedDescription one) {
    var value = one.getDescription();
    return value.getSecret()
        ? "<not shown>"
        : value.getPreview().isEmpty() ? "<" + value.getType() + ">" : value.getPreview();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|").replace("\n", " ");
  }

  private String position(SourcePosition position) {
    var file = Path.of(position.getFile());
    var name = file.startsWith(root) ? root.relativize(file).toString() : position.getFile();
    var place = "%s:%d:%d".formatted(name, position.getLine(), position.getColumn());
    return "defined at [%s](%s#L%d)".formatted(escaped(place), Uris.of(file), position.getLine());
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace("`", "\\`")
        .replace("*", "\\*")
        .replace("_", "\\_")
        .replace("[", "\\[");
  }
}

package dev.arda.nix.flake;

import dev.arda.nix.flake.selector.Mismatch;
import dev.arda.nix.flake.selector.ParsedSelector;
import dev.arda.nix.flake.selector.ParsedSelector.StepSpan;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.flake.selector.SelectorSuggestions;
import dev.arda.nix.flake.selector.Span;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SelectorFault;
import java.util.List;

/**
 * Says what is wrong where a selector does not fit a flake, and points at the part of the selector.
 */
final class SelectorMismatches {

  private SelectorMismatches() {}

  /** The failure to report. */
  static FlakeException explain(ParsedSelector parsed, Mismatch mismatch) {
    Details details = Details.NONE.with("selector", parsed.text());
    return switch (mismatch) {
      case Mismatch.Missing missing -> {
        List<String> candidates = SelectorSuggestions.nearest(missing.name(), missing.names());
        String suggestion =
            candidates.isEmpty() || parsed.selector().steps().size() <= missing.step()
                ? ""
                : replacement(
                    parsed.selector().steps().get(missing.step()),
                    missing.name(),
                    candidates.getFirst());
        yield fault(
            Reason.ATTRIBUTE_MISSING,
            "attribute '" + missing.name() + "' missing" + in(missing.at()),
            details.with("attribute", missing.name()).with("path", path(missing.at())),
            parsed,
            span(parsed, missing.step(), missing.name()),
            suggestion,
            candidates);
      }
      case Mismatch.NoParts noParts ->
          fault(
              Reason.WRONG_TYPE,
              "unexpected type "
                  + noParts.type()
                  + ": "
                  + (noParts.at().isEmpty() ? "the flake" : path(noParts.at()))
                  + " is "
                  + withArticle(noParts.type())
                  + " and has no parts to select from",
              details.with("type", noParts.type()).with("path", path(noParts.at())),
              parsed,
              span(parsed, noParts.step(), ""),
              "",
              List.of());
      case Mismatch.NoIndex noIndex ->
          fault(
              Reason.INDEX_INVALID,
              "'"
                  + noIndex.name()
                  + "' is no index: "
                  + path(noIndex.at())
                  + " is a list, whose elements are 0, 1, 2 and so on; '*' selects them all",
              details.with("index", noIndex.name()).with("path", path(noIndex.at())),
              parsed,
              span(parsed, noIndex.step(), noIndex.name()),
              "",
              List.of());
      case Mismatch.OutOfRange range ->
          fault(
              Reason.INDEX_OUT_OF_RANGE,
              "index "
                  + range.name()
                  + " is out of range: "
                  + path(range.at())
                  + " is a list of size "
                  + range.size(),
              details
                  .with("index", range.name())
                  .with("size", Long.toString(range.size()))
                  .with("path", path(range.at())),
              parsed,
              span(parsed, range.step(), range.name()),
              "",
              List.of());
      case Mismatch.OptionalInList optional ->
          fault(
              Reason.WRONG_TYPE,
              "optional entries of a set are not supported for lists, and "
                  + path(optional.at())
                  + " is a list",
              details.with("type", "list").with("path", path(optional.at())),
              parsed,
              span(parsed, optional.step(), ""),
              "",
              List.of());
      case Mismatch.NotJson notJson ->
          new FlakeException(
              Reason.VALUE_NOT_SERIALISABLE,
              "cannot convert "
                  + notJson.what()
                  + " to JSON"
                  + (notJson.at().isEmpty()
                      ? ": it is what '" + parsed.text() + "' selects"
                      : " (at ." + path(notJson.at()) + " of the value)"),
              details.with("path", path(notJson.at())));
    };
  }

  private static FlakeException fault(
      Reason reason,
      String message,
      Details details,
      ParsedSelector parsed,
      Span span,
      String suggestion,
      List<String> candidates) {
    return new FlakeException(
        reason,
        message,
        details,
        new SelectorFault(parsed.text(), span.offset(), span.length(), suggestion, candidates));
  }

  /** What to write in the place of a name: a step, or an entry of a set. */
  private static String replacement(Step step, String name, String better) {
    return switch (step) {
      case Step.All all -> "";
      case Step.Name named -> print(new Step.Name(better));
      case Step.Maybe maybe -> print(new Step.Maybe(better));
      case Step.Names set -> {
        if (better.equals(Step.Entry.FORBIDDEN)) {
          yield "";
        }
        boolean optional =
            set.entries().stream().anyMatch(entry -> entry.name().equals(name) && entry.optional());
        String printed = print(new Step.Names(List.of(new Step.Entry(better, optional))));
        yield printed.substring(1, printed.length() - 1);
      }
    };
  }

  private static String print(Step step) {
    return SelectorPrinter.print(new Selector(List.of(step)));
  }

  /** Where a step stands; inside a set, the entry with the name. */
  private static Span span(ParsedSelector parsed, int step, String name) {
    if (step >= parsed.spans().size()) {
      return new Span(parsed.text().codePointCount(0, parsed.text().length()), 0);
    }
    StepSpan span = parsed.spans().get(step);
    if (parsed.selector().steps().get(step) instanceof Step.Names set) {
      for (int i = 0; i < set.entries().size() && i < span.entries().size(); i++) {
        if (set.entries().get(i).name().equals(name)) {
          return span.entries().get(i);
        }
      }
    }
    return span.span();
  }

  private static String in(List<String> at) {
    return at.isEmpty() ? " in the flake" : " in " + path(at);
  }

  private static String path(List<String> at) {
    return SelectorPrinter.print(Selector.path(at.toArray(String[]::new)));
  }

  private static String withArticle(String type) {
    return switch (type) {
      case "int" -> "an integer";
      case "bool" -> "a boolean";
      case "lambda" -> "a function";
      case "null" -> "null";
      default -> "a " + type;
    };
  }
}

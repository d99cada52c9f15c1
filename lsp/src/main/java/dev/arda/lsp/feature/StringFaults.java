package dev.arda.lsp.feature;

import dev.arda.lsp.feature.Fault.Fix;
import dev.arda.lsp.feature.Fault.Severity;
import dev.arda.lsp.feature.StringPlaces.Form;
import dev.arda.lsp.feature.StringPlaces.Part;
import dev.arda.lsp.text.CursorContext.StringAtCursor;
import dev.arda.lsp.text.StringContent;
import java.util.ArrayList;
import java.util.List;

/** Finds what is wrong with the selectors and references in the strings of a text. */
final class StringFaults {

  private StringFaults() {}

  /** What is not right by the grammar of selectors, whatever the flake is. */
  static List<Fault> syntax(Scope scope) {
    var result = new ArrayList<Fault>();
    for (var string : scope.text().values()) {
      for (var part : parts(string)) {
        if (part.form() == Form.SELECTOR) {
          var selector = string.content().text().substring(part.start(), part.end());
          SelectorSyntax.fault(selector)
              .ifPresent(fault -> result.add(fault(string.content(), part, fault)));
        }
      }
    }
    return result;
  }

  private static Fault fault(StringContent content, Part part, SelectorSyntax.Fault fault) {
    int start = content.offsetOf(part.start() + fault.start());
    int end = content.offsetOf(part.start() + fault.end());
    var fixes =
        fault.suggestion().isEmpty()
            ? List.<Fix>of()
            : List.of(
                new Fix(
                    "Write `%s`".formatted(fault.suggestion()),
                    content.escape(fault.suggestion(), part.start() + fault.start())));
    return new Fault(
        start, end, Severity.WARNING, "selector-" + fault.kind(), fault.message(), fixes);
  }

  /**
   * The places that strings name, for those that are whole and not put together.
   *
   * @param ofCommands whether those that are arguments of commands, or the others
   */
  static List<Place> places(Scope scope, boolean ofCommands) {
    var result = new ArrayList<Place>();
    for (var string : scope.text().values()) {
      for (var part : parts(string)) {
        if (part.form().isOfCommand() != ofCommands) {
          continue;
        }
        var text = string.content().text().substring(part.start(), part.end());
        if (part.form() == Form.SELECTOR && SelectorSyntax.fault(text).isPresent()) {
          continue;
        }
        // With a tool that is not named here, this may be one name.
        boolean isName =
            part.form() == Form.PATH
                && (References.isKnown(scope, Kind.HOST, text)
                    || References.isKnown(scope, Kind.USER, text));
        if (isName || !Evidence.isMeant(string, part)) {
          continue;
        }
        StringPlaces.places(string, part).stream()
            .filter(StringFaults::isLiteral)
            .map(place -> Places.written(place, string.content()))
            .forEach(result::add);
      }
    }
    return result;
  }

  /** Whether all that leads to a place is meant as it is written. */
  private static boolean isLiteral(Place place) {
    return !Evidence.isPlaceholder(place.name())
        && !(place instanceof Place.Attribute attribute
            && attribute.below().stream().anyMatch(Evidence::isPlaceholder));
  }

  /** What is named for sure: only of a string that has an end is all known. */
  private static List<Part> parts(StringAtCursor string) {
    return string.content().isClosed()
        ? StringPlaces.parts(string).stream()
            .filter(part ->
                string
                        .content()
                        .text()
                        .substring(part.start(), part.end())
                        .indexOf(StringContent.HOLE)
                    < 0)
            .toList()
        : List.of();
  }

  /** What keys and lists of a text name that is defined elsewhere as surely. */
  static List<Place> keys(Scope scope, NamingPlaces.Existence existence) {
    var result = new ArrayList<Place>();
    for (var named : NamingKeys.in(scope)) {
      if (named.existence() == existence) {
        Places.at(scope, named.end()).ifPresent(result::add);
      }
    }
    return result;
  }
}

package dev.arda.nix.system;

import dev.arda.nix.flake.selector.SelectorSuggestions;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which hosts are meant, for example {@code web* & !@staging}.
 *
 * <table>
 * <caption>The language</caption>
 * <tr><td>{@code web01}</td><td>the host of this name; if there is none, hosts with this tag</td></tr>
 * <tr><td>{@code web*}, {@code db-?}</td><td>hosts whose names fit: {@code *} any text, {@code ?} one
 * character</td></tr>
 * <tr><td>{@code @prod}, {@code @prod-*}</td><td>hosts with a tag that fits</td></tr>
 * <tr><td>{@code "a b"}, {@code @"a b"}</td><td>a name or tag with other characters, taken as it
 * is</td></tr>
 * <tr><td>{@code a & b}, {@code a | b}, {@code a, b}, {@code !a}, {@code (…)}</td><td>both, either,
 * either, not; {@code !} before {@code &} before {@code |}</td></tr>
 * </table>
 *
 * <p>A name, tag or pattern that fits nothing is an error, also behind {@code !}: it is a typing
 * error more often than not.
 */
public sealed interface HostSelection {

  /**
   * Hosts by name, or by tag where no host has that name.
   *
   * @param text the name; a pattern unless {@code literal}
   * @param literal whether it was quoted
   */
  record Named(String text, boolean literal) implements HostSelection {}

  /**
   * Hosts by tag.
   *
   * @param text the tag; a pattern unless {@code literal}
   * @param literal whether it was quoted
   */
  record Tagged(String text, boolean literal) implements HostSelection {}

  /** Those that both choose. */
  record And(HostSelection left, HostSelection right) implements HostSelection {}

  /** Those that at least one chooses. */
  record Or(HostSelection left, HostSelection right) implements HostSelection {}

  /** Those that it does not choose. */
  record Not(HostSelection operand) implements HostSelection {}

  /**
   * Reads a selection.
   *
   * @throws SystemException {@code HOST_SELECTION_INVALID}, with the offset of the fault
   */
  static HostSelection parse(String text) {
    return new HostSelectionParser(text).parse();
  }

  /** Whether tags have to be known to choose among hosts of these names. */
  default boolean needsTags(Collection<String> names) {
    return switch (this) {
      case Named(var text, var literal) -> !isGlob(text, literal) && !names.contains(text);
      case Tagged _ -> true;
      case And(var left, var right) -> left.needsTags(names) || right.needsTags(names);
      case Or(var left, var right) -> left.needsTags(names) || right.needsTags(names);
      case Not(var operand) -> operand.needsTags(names);
    };
  }

  /**
   * The names of the hosts that it chooses, in bytewise order; may be none.
   *
   * @param flake the flake that has the hosts, for messages
   * @throws SystemException {@code HOST_NOT_FOUND} if a part of it fits no host
   */
  default Set<String> choose(List<Host> hosts, String flake) {
    return switch (this) {
      case Named(var text, var literal) -> named(text, literal, hosts, flake);
      case Tagged(var text, var literal) -> tagged(text, literal, hosts, flake);
      case And(var left, var right) -> {
        var result = new TreeSet<>(left.choose(hosts, flake));
        result.retainAll(right.choose(hosts, flake));
        yield result;
      }
      case Or(var left, var right) -> {
        var result = new TreeSet<>(left.choose(hosts, flake));
        result.addAll(right.choose(hosts, flake));
        yield result;
      }
      case Not(var operand) -> {
        var result = new TreeSet<>(Host.names(hosts));
        result.removeAll(operand.choose(hosts, flake));
        yield result;
      }
    };
  }

  private static Set<String> named(String text, boolean literal, List<Host> hosts, String flake) {
    var exact = Host.names(hosts).contains(text);
    Stream<Host> found;
    if (exact) {
      found = hosts.stream().filter(host -> host.name().equals(text));
    } else if (isGlob(text, literal)) {
      var pattern = pattern(text);
      found = hosts.stream().filter(host -> pattern.matcher(host.name()).matches());
    } else {
      found = hosts.stream().filter(host -> host.allTags().contains(text));
    }
    var result = names(found);
    if (result.isEmpty()) {
      throw isGlob(text, literal)
          ? missing("%s has no host whose name fits %s".formatted(flake, shown(text)), text, "")
          : unknown(text, hosts, flake);
    }
    return result;
  }

  private static Set<String> tagged(String text, boolean literal, List<Host> hosts, String flake) {
    var pattern = isGlob(text, literal) ? pattern(text) : Pattern.compile(Pattern.quote(text));
    var result =
        names(
            hosts.stream()
                .filter(host ->
                    host.allTags().stream().anyMatch(tag -> pattern.matcher(tag).matches())));
    if (result.isEmpty()) {
      throw missing(
          "%s has no host with the tag %s".formatted(flake, shown(text)),
          text,
          first(SelectorSuggestions.nearest(text, tags(hosts))).map(near -> "@" + near).orElse(""));
    }
    return result;
  }

  private static Set<String> names(Stream<Host> hosts) {
    var result = new TreeSet<String>();
    hosts.forEach(host -> result.add(host.name()));
    return result;
  }

  private static SystemException unknown(String text, List<Host> hosts, String flake) {
    var names = Host.names(hosts);
    return missing(
        "%s has no host %s, and none with that tag".formatted(flake, shown(text)),
        text,
        first(SelectorSuggestions.nearest(text, names, tags(hosts)))
            .map(near -> names.contains(near) ? near : "@" + near)
            .orElse(""));
  }

  private static Set<String> tags(List<Host> hosts) {
    return hosts.stream().flatMap(host -> host.allTags().stream()).collect(Collectors.toSet());
  }

  private static Optional<String> first(List<String> names) {
    return names.stream().findFirst();
  }

  private static SystemException missing(String message, String text, String suggestion) {
    var details = Details.NONE.with("host", shown(text));
    return suggestion.isEmpty()
        ? new SystemException(
            Reason.HOST_NOT_FOUND, message + "; arda host list shows those there are.", details)
        : new SystemException(
            Reason.HOST_NOT_FOUND,
            "%s; did you mean %s?"
                .formatted(
                    message,
                    suggestion.startsWith("@")
                        ? "the tag " + shown(suggestion)
                        : shown(suggestion)),
            details.with("suggestion", suggestion));
  }

  private static String shown(String text) {
    return text.replaceAll("\\p{Cc}", "?");
  }

  private static boolean isGlob(String text, boolean literal) {
    return !literal && (text.indexOf('*') >= 0 || text.indexOf('?') >= 0);
  }

  /** A pattern in which one star matches; several do not make it slow. */
  private static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    glob.replaceAll("\\*+", "*")
        .codePoints()
        .forEach(c -> {
          switch (c) {
            case '*' -> regex.append(".*");
            case '?' -> regex.append('.');
            default -> regex.append(Pattern.quote(Character.toString(c)));
          }
        });
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}

package dev.arda.nix.system;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.NixProgress;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeState;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.flake.SelectionListener;
import dev.arda.nix.flake.SelectionRequest;
import dev.arda.nix.flake.selector.Selector;
import dev.arda.nix.flake.selector.Step;
import dev.arda.nix.system.HostSources.Found;
import dev.arda.nix.system.HostSources.Source;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.JsonText;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of hosts beside their names. A question about all hosts of an output is asked at
 * once, so that several evaluators can share it and one answer is kept; only if that fails is each
 * host asked by itself, from the same evaluator, which has done most of the work by then. Of a
 * host's configuration no more is evaluated than a few options.
 */
final class HostFacts {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Flakes flakes;
  private final CallContext context;
  private final String flake;
  private final ProgressListener progress;

  HostFacts(Flakes flakes, CallContext context, String flake, ProgressListener progress) {
    this.flakes = flakes;
    this.context = context;
    this.flake = flake;
    this.progress = progress;
  }

  /**
   * A part of each host of an output that is asked for.
   *
   * @param steps where it is
   */
  private record Part(List<Step> steps) {
    /** What clan says. */
    private static final Part SELF = part(names("system", "tags", "description"));

    private static final Part NETWORK =
        part(new Step.Maybe("network"), names("targetHost", "buildHost"));
    private static final Part DEPLOY =
        part(
            new Step.Maybe("deploy"), names("targetHost", "buildHost", "healthCheck", "dependsOn"));

    /** What the configuration says. */
    private static final Part PLATFORM = part(maybe("config", "nixpkgs", "hostPlatform", "system"));

    private static final Part NETWORKING =
        part(
            new Step.Maybe("config"),
            new Step.Maybe("clan"),
            new Step.Maybe("core"),
            new Step.Maybe("networking"),
            names("targetHost", "buildHost"));

    /** Where the configuration does not say it. */
    private static final Part PACKAGES = part(maybe("pkgs", "stdenv", "hostPlatform", "system"));

    private static Part part(Step... steps) {
      return new Part(List.of(steps));
    }

    private static Step names(String... names) {
      return new Step.Names(
          List.of(names).stream().map(name -> new Step.Entry(name, true)).toList());
    }

    private static Step[] maybe(String... names) {
      return List.of(names).stream().map(Step.Maybe::new).toArray(Step[]::new);
    }

    private String below(Selector selector) {
      var all = new ArrayList<>(selector.steps());
      all.addAll(steps);
      return new Selector(all).toString();
    }

    private static List<Part> of(Source source) {
      return source.isConfigured() ? List.of(PLATFORM, NETWORKING) : List.of(SELF, NETWORK, DEPLOY);
    }
  }

  /** What was said of one host at one place. */
  private record Said(Source source, Part part, JsonNode value) {

    private JsonNode at(String... path) {
      var node = value;
      for (var name : path) {
        node = node.path(name);
      }
      return node;
    }

    /** The texts of the list at a path; empty: there are none. */
    List<String> texts(String... path) {
      var node = at(path);
      return !node.isArray()
          ? List.of()
          : node.valueStream()
              .filter(JsonNode::isTextual)
              .map(JsonNode::textValue)
              .filter(text -> !text.isBlank())
              .toList();
    }

    /** The text at a path; empty: there is none. */
    Optional<String> text(String... path) {
      var node = at(path);
      return node.isTextual() && !node.textValue().isBlank()
          ? Optional.of(node.textValue())
          : Optional.empty();
    }
  }

  /** What was said of the hosts. */
  private static final class Knowledge {
    private final Map<String, List<Said>> said = new LinkedHashMap<>();
    private final Map<String, NixException> failures = new LinkedHashMap<>();

    void say(String host, Said what) {
      said.computeIfAbsent(host, _ -> new ArrayList<>()).add(what);
    }

    List<Said> of(String host) {
      return said.getOrDefault(host, List.of());
    }

    Optional<String> system(String host) {
      return first(host, "system")
          .or(() -> first(host, "config", "nixpkgs", "hostPlatform", "system"))
          .or(() -> first(host, "pkgs", "stdenv", "hostPlatform", "system"));
    }

    Optional<String> address(String host, String what) {
      return first(host, "network", what)
          .or(() -> first(host, "deploy", what))
          .or(() -> first(host, "config", "clan", "core", "networking", what));
    }

    Optional<String> first(String host, String... path) {
      return of(host).stream().flatMap(one -> one.text(path).stream()).findFirst();
    }

    /** A text, or a list of them; empty: neither. */
    List<String> texts(String host, String... path) {
      return first(host, path)
          .map(List::of)
          .orElseGet(() -> of(host).stream().flatMap(one -> one.texts(path).stream()).toList());
    }

    List<String> tags(String host) {
      return of(host).stream()
          .map(one -> one.value().path("tags"))
          .filter(JsonNode::isArray)
          .flatMap(tags -> tags.valueStream())
          .filter(JsonNode::isTextual)
          .map(JsonNode::textValue)
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** The hosts of these outputs, in bytewise order of their names. */
  List<Host> of(HostSources sources) {
    var knowledge = new Knowledge();
    for (var found : sources.found()) {
      if (!found.names().isEmpty()) {
        ask(found, Part.of(found.source()), knowledge);
      }
    }
    var hosts = sources.hosts();
    for (var found : sources.found()) {
      var dark =
          found.names().stream()
              .filter(name -> knowledge.system(name).isEmpty())
              .filter(name -> !knowledge.failures.containsKey(name))
              .toList();
      if (found.source().isConfigured() && !dark.isEmpty()) {
        askEach(new Found(found.source(), dark), List.of(Part.PACKAGES), knowledge);
      }
    }
    return hosts.entrySet().stream()
        .map(host -> host(host.getKey(), host.getValue(), knowledge))
        .toList();
  }

  /** The same hosts, as they are described apart from their configurations. */
  List<Host> declared(HostSources sources) {
    var knowledge = new Knowledge();
    for (var found : sources.found()) {
      if (!found.names().isEmpty() && !found.source().isConfigured()) {
        ask(found, Part.of(found.source()), knowledge);
      }
    }
    return sources.hosts().entrySet().stream()
        .map(host -> host(host.getKey(), host.getValue(), knowledge))
        .toList();
  }

  /** The same hosts, of which nothing is evaluated. */
  static List<Host> named(HostSources sources) {
    return sources.hosts().entrySet().stream()
        .map(host -> host(host.getKey(), host.getValue(), new Knowledge()))
        .toList();
  }

  private static Host host(String name, List<Source> sources, Knowledge knowledge) {
    return new Host(
        name,
        kind(sources),
        sources.stream().map(source -> source.host(name).toString()).toList(),
        knowledge.system(name).orElse(""),
        knowledge.tags(name),
        knowledge.address(name, "targetHost").orElse(""),
        knowledge.address(name, "buildHost").orElse(""),
        knowledge.first(name, "description").orElse(""),
        knowledge.texts(name, "deploy", "healthCheck"),
        knowledge.texts(name, "deploy", "dependsOn"),
        Optional.ofNullable(knowledge.failures.get(name)));
  }

  private static HostKind kind(List<Source> sources) {
    return sources.contains(Source.NIXOS)
        ? HostKind.NIXOS
        : sources.contains(Source.DARWIN) ? HostKind.DARWIN : HostKind.UNKNOWN;
  }

  /** Asks about all hosts of an output at once, and about each where that fails. */
  private void ask(Found found, List<Part> parts, Knowledge knowledge) {
    var every = found.source().selector().plus(new Step.All());
    var answers = select(parts.stream().map(part -> part.below(every)).toList());
    var failed = new ArrayList<Part>();
    for (int i = 0; i < parts.size(); i++) {
      var part = parts.get(i);
      switch (answers.get(i)) {
        case Answer.Value(var value) ->
            value
                .properties()
                .forEach(one ->
                    knowledge.say(one.getKey(), new Said(found.source(), part, one.getValue())));
        case Answer.Failure _ -> failed.add(part);
      }
    }
    if (!failed.isEmpty()) {
      askEach(found, failed, knowledge);
    }
  }

  private void askEach(Found found, List<Part> parts, Knowledge knowledge) {
    var selectors = new ArrayList<String>();
    for (var name : found.names()) {
      parts.forEach(part -> selectors.add(part.below(found.source().host(name))));
    }
    var answers = select(selectors);
    for (int i = 0; i < answers.size(); i++) {
      var name = found.names().get(i / parts.size());
      var part = parts.get(i % parts.size());
      switch (answers.get(i)) {
        case Answer.Value(var value) -> knowledge.say(name, new Said(found.source(), part, value));
        // What is not of the form that is asked for, such as a function, says nothing.
        case Answer.Failure(var why) when why.reason() == Reason.WRONG_TYPE -> {}
        case Answer.Failure(var why) -> knowledge.failures.putIfAbsent(name, why);
      }
    }
  }

  /** What became of a selector. */
  private sealed interface Answer {
    record Value(JsonNode value) implements Answer {}

    record Failure(NixException why) implements Answer {}
  }

  private List<Answer> select(List<String> selectors) {
    var answers = new LinkedHashMap<Integer, Answer>();
    flakes.select(
        context,
        new SelectionRequest(flake, selectors, false, ValueEncoding.JSON),
        new SelectionListener() {
          @Override
          public void progress(NixProgress now) {
            progress.progress(now);
          }

          @Override
          public void state(FlakeState state) {}

          @Override
          public void value(int index, String canonical, JsonText json, List<String> realised) {
            try {
              answers.put(index, new Answer.Value(JSON.readTree(json.bytes())));
            } catch (IOException e) {
              throw new UncheckedIOException("an answer is no JSON", e);
            }
          }

          @Override
          public void failure(int index, String canonical, NixException failure) {
            answers.put(index, new Answer.Failure(failure));
          }
        });
    var result = new ArrayList<Answer>();
    for (int i = 0; i < selectors.size(); i++) {
      var answer = answers.get(i);
      if (answer == null) {
        throw new IllegalStateException("no answer to " + selectors.get(i));
      }
      result.add(answer);
    }
    return result;
  }
}

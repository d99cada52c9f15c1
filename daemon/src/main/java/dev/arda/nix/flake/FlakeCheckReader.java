package dev.arda.nix.flake;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixErrors;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.FlakeRef;
import dev.arda.nix.types.NixErrorDetail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what {@code nix flake check --keep-going} prints in its internal format. There is no other
 * form for programs: what is being looked at are the names of activities, and what is wrong with it
 * are messages, whose traces name the output since Nix 2.8. One thread tells the lines.
 */
final class FlakeCheckReader implements OutputListener {

  private static final Pattern CHECKING =
      Pattern.compile(
          "checking (?<kind>flake output|derivation|app|overlay|NixOS module|NixOS configuration|Hydra job|template|bundler|formatter|[A-Za-z ]+?) '?(?<name>[^' ]+)'?");

  private static final Pattern FRAME =
      Pattern.compile("while checking (?:the )?(?<kind>.+?) '(?<name>[^']+)'");

  private static final Pattern ERROR = Pattern.compile("^error(?: \\(ignored\\))?: *(?:error:)?");

  private static final Pattern SUMMARY =
      Pattern.compile("some errors were encountered during the evaluation");

  private static final Pattern EVALUATED = Pattern.compile("derivation evaluated to (\\S+\\.drv)");

  private static final Pattern BUILD =
      Pattern.compile(
          "(?:builder for|Cannot build|build of|hash mismatch in fixed-output derivation) '(?<drv>/[^']+?\\.drv)(?:\\^[^']*)?'");

  private static final Pattern DRV_NAME = Pattern.compile(".*/[0-9a-z]{32}-(.*)\\.drv");

  private final FlakeRef ref;
  private final OutputListener next;

  /** By names, in order of appearance. */
  private final Map<String, FlakeCheck.Output> outputs = new LinkedHashMap<>();

  private final Map<String, String> namesOfDerivations = new HashMap<>();
  private final List<String> warnings = new ArrayList<>();
  private String current = "";

  FlakeCheckReader(FlakeRef ref, OutputListener next) {
    this.ref = ref;
    this.next = next;
  }

  @Override
  public void standardError(String line) {
    next.standardError(line);
    var event = InternalJsonLog.decode(line);
    if (event.isEmpty()) {
      return;
    }
    switch (event.get()) {
      case NixLogEvent.Start start -> started(TerminalText.strip(start.text()));
      case NixLogEvent.Message message -> said(TerminalText.strip(message.text()));
      case NixLogEvent.Stop _, NixLogEvent.Result _ -> {}
    }
  }

  /** What is known at the end. */
  FlakeCheck result() {
    return new FlakeCheck(ref.text(), List.copyOf(outputs.values()), warnings);
  }

  private void started(String text) {
    var checking = CHECKING.matcher(text);
    if (checking.matches()) {
      current = checking.group("name");
      outputs.putIfAbsent(
          current, new FlakeCheck.Output(current, checking.group("kind"), Optional.empty()));
    }
  }

  private void said(String text) {
    var evaluated = EVALUATED.matcher(text);
    if (evaluated.find()) {
      namesOfDerivations.put(evaluated.group(1), current);
    } else if (text.startsWith("warning: ")) {
      warnings.add(text.substring("warning: ".length()).strip());
    } else if (ERROR.matcher(text).find() && !SUMMARY.matcher(text).find()) {
      failed(ERROR.matcher(text).replaceFirst("error:"));
    }
  }

  private void failed(String text) {
    var detail = FlakeErrors.localise(NixErrors.read(text), ref.directory());
    var build = BUILD.matcher(text);
    if (build.find()) {
      var derivation = build.group("drv");
      var name =
          Optional.ofNullable(namesOfDerivations.get(derivation))
              .orElseGet(() -> DRV_NAME.matcher(derivation).replaceFirst("$1"));
      fail(name, "build", detail);
      return;
    }
    for (var frame : detail.trace()) {
      var checking = FRAME.matcher(frame.message());
      if (checking.find()) {
        fail(checking.group("name"), checking.group("kind"), detail);
        return;
      }
    }
    if (!current.isEmpty()) {
      fail(current, "flake output", detail);
    }
  }

  /** The first thing that is wrong with an output is what is told of it. */
  private void fail(String name, String kind, NixErrorDetail detail) {
    outputs.compute(
        name,
        (_, known) ->
            known != null && known.failure().isPresent()
                ? known
                : new FlakeCheck.Output(
                    name, known == null ? kind : known.kind(), Optional.of(detail)));
  }
}

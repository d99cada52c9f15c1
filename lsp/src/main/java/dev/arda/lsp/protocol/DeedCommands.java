package dev.arda.lsp.protocol;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import dev.arda.lsp.daemon.Operations;
import dev.arda.lsp.daemon.Workspaces;
import dev.arda.lsp.document.Document;
import dev.arda.lsp.document.FlakeRoot;
import dev.arda.lsp.document.Uris;
import dev.arda.lsp.feature.Deed;
import dev.arda.lsp.feature.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.eclipse.lsp4j.CodeAction;
import org.eclipse.lsp4j.CodeLens;
import org.eclipse.lsp4j.Command;
import org.eclipse.lsp4j.MessageType;
import org.eclipse.lsp4j.jsonrpc.ResponseErrorException;

/**
 * Building, deploying and the like from an editor: as lenses above hosts and users, as actions
 * where they are named, and as the commands behind both. What changes a machine is asked about
 * first, and nothing is done in a flake that is not trusted.
 */
final class DeedCommands {

  /** Of how many hosts a line shows the lenses; more would be cut off. */
  private static final int MOST_BESIDE_EACH_OTHER = 3;

  private final Editor editor;
  private final Workspaces workspaces;
  private final ProgressReports progress;

  DeedCommands(Editor editor, Workspaces workspaces, ProgressReports progress) {
    this.editor = editor;
    this.workspaces = workspaces;
    this.progress = progress;
  }

  /** The commands there are. */
  static List<String> commands() {
    return Arrays.stream(Deed.values()).map(Deed::command).toList();
  }

  /**
   * {@code textDocument/codeLens}: none in a flake that is not trusted. Lenses of one line stand
   * beside each other, so that those of several hosts name them, and those of many ask which.
   */
  List<CodeLens> lenses(Document document, Positions positions) {
    if (!isTrusted(document)) {
      return List.of();
    }
    record Row(int line, Kind kind, Deed deed) {}
    var rows = new LinkedHashMap<Row, List<Deed.Offer>>();
    var named = new HashMap<Integer, Set<String>>();
    for (var offer : Deed.in(workspaces.scope(document))) {
      int line = positions.position(document.lines(), offer.start()).getLine();
      rows.computeIfAbsent(new Row(line, offer.kind(), offer.deed()), row -> new ArrayList<>())
          .add(offer);
      named.computeIfAbsent(line, one -> new HashSet<>()).add(offer.name());
    }
    var result = new ArrayList<CodeLens>();
    rows.forEach((row, offers) -> {
      if (offers.size() > MOST_BESIDE_EACH_OTHER) {
        var title = "%s a %s…".formatted(row.deed.title(), row.kind.word());
        result.add(lens(document, offers, title, positions));
        return;
      }
      boolean alone = named.getOrDefault(row.line, Set.of()).size() <= 1;
      for (var offer : offers) {
        var title = alone ? row.deed.title() : row.deed.title() + " " + offer.name();
        result.add(lens(document, List.of(offer), title, positions));
      }
    });
    return result;
  }

  private static CodeLens lens(
      Document document, List<Deed.Offer> offers, String title, Positions positions) {
    var first = offers.getFirst();
    var range = positions.range(document.lines(), first.start(), first.end());
    return new CodeLens(range, command(document, offers, title), null);
  }

  /** The same as {@code textDocument/codeAction}, for the host or user at a place. */
  List<CodeAction> actions(Document document, int offset) {
    if (!isTrusted(document)) {
      return List.of();
    }
    return Deed.at(workspaces.scope(document), offset).stream()
        .map(offer -> {
          var title = "%s %s".formatted(offer.deed().title(), offer.name());
          var action = new CodeAction(title);
          action.setCommand(command(document, List.of(offer), title));
          return action;
        })
        .toList();
  }

  private boolean isTrusted(Document document) {
    return workspaces.root(document).filter(workspaces::isTrusted).isPresent();
  }

  /** For the same deed with one host or user, or with any of several. */
  private static Command command(Document document, List<Deed.Offer> offers, String title) {
    var first = offers.getFirst();
    var argument = new JsonObject();
    argument.addProperty("uri", document.uri());
    argument.addProperty("kind", first.kind().word());
    if (offers.size() == 1) {
      argument.addProperty("name", first.name());
    } else {
      var names = new JsonArray();
      offers.stream().map(Deed.Offer::name).forEach(names::add);
      argument.add("names", names);
    }
    return new Command(title, first.deed().command(), List.of(argument));
  }

  /**
   * {@code workspace/executeCommand}. Returns as soon as it is known that it can be done; what
   * becomes of it is told by progress and messages, for some editors wait for the answer.
   *
   * @param arguments one object: a file of the flake, whether a host or a user, and its name, or
   *     several names of which its user is asked for one
   * @throws ResponseErrorException if there is no such command, or it is refused
   */
  void execute(String command, List<JsonElement> arguments) {
    var deed =
        Arrays.stream(Deed.values())
            .filter(one -> one.command().equals(command))
            .findFirst()
            .orElseThrow(() -> Refusal.ofParams("there is no command " + command));
    var argument =
        arguments.size() == 1 && arguments.getFirst() instanceof JsonObject wish
            ? wish
            : new JsonObject();
    var names = names(argument);
    var kind = text(argument, "kind").equals(Kind.USER.word()) ? Kind.USER : Kind.HOST;
    var root = Uris.file(text(argument, "uri")).flatMap(FlakeRoot::of);
    if (names.isEmpty() || root.isEmpty() || !Deed.of(kind).contains(deed)) {
      throw Refusal.ofParams(
          "%s takes one argument: {\"uri\": a file of the flake, \"kind\": \"host\" or \"user\", \"name\"}, or \"names\" instead, of which one is asked for"
              .formatted(deed.command()));
    }
    if (!workspaces.isTrusted(root.get())) {
      throw Refusal.ofState(
          "%s is not trusted, so nothing is evaluated there; `arda trust %s` changes that"
              .formatted(root.get(), root.get()));
    }
    if (names.size() == 1) {
      start(root.get(), deed, kind, names.getFirst());
    } else {
      choose(root.get(), deed, kind, names);
    }
  }

  private void choose(Path root, Deed deed, Kind kind, List<String> names) {
    var _ =
        editor
            .ask(MessageType.Info, "%s which %s?".formatted(deed.title(), kind.word()), names)
            .thenAccept(answer -> {
              if (names.contains(answer)) {
                Thread.ofVirtual().start(() -> start(root, deed, kind, answer));
              }
            });
  }

  private void start(Path root, Deed deed, Kind kind, String name) {
    if (deed.changes()) {
      confirm(root, deed, kind, name);
    } else {
      begin(root, deed, kind, name);
    }
  }

  /** The one that is named, or those of which one is to be asked for; none is empty. */
  private static List<String> names(JsonObject argument) {
    var result = new ArrayList<String>();
    if (argument.get("names") instanceof JsonArray names) {
      for (var name : names) {
        if (name instanceof JsonPrimitive word && word.isString()) {
          result.add(word.getAsString());
        }
      }
    } else {
      result.add(text(argument, "name"));
    }
    result.removeIf(String::isEmpty);
    return result;
  }

  private static String text(JsonObject object, String name) {
    var value = object.get(name);
    return value != null && value.isJsonPrimitive() ? value.getAsString() : "";
  }

  private void confirm(Path root, Deed deed, Kind kind, String name) {
    var question =
        deed == Deed.DEPLOY
            ? "Deploy %s? Its machine is brought to the configuration in %s, as it is saved."
            : "Apply %s? The home of this user on this machine is brought to the configuration in %s, as it is saved.";
    var _ =
        editor
            .ask(
                MessageType.Warning,
                question.formatted(name, root),
                List.of(deed.title(), "Cancel"))
            .thenAccept(answer -> {
              if (answer.equals(deed.title())) {
                Thread.ofVirtual().start(() -> begin(root, deed, kind, name));
              }
            });
  }

  private void begin(Path root, Deed deed, Kind kind, String name) {
    var title = "%s %s".formatted(deed.title(), name);
    var running = new CompletableFuture<Operations.Running>();
    var report =
        progress.begin(
            title,
            () -> {
              var _ = running.thenAccept(Operations.Running::cancel);
            });
    var begun =
        workspaces.begin(
            root,
            deed,
            kind,
            name,
            new Operations.Listener() {
              @Override
              public void moved(OptionalInt percent, String message) {
                report.move(percent, message);
              }

              @Override
              public void printed(String line) {
                editor.log(line);
              }

              @Override
              public void ended(Operations.Ending ending) {
                report.end(first(ending.message()));
                tell(ending);
              }
            });
    begun.ifPresentOrElse(running::complete, () -> report.end("not trusted"));
  }

  private static String first(String message) {
    return message.lines().findFirst().orElse("");
  }

  private void tell(Operations.Ending ending) {
    if (ending.message().indexOf('\n') >= 0) {
      editor.log(ending.message());
    }
    var type =
        switch (ending.outcome()) {
          case DONE, CANCELLED -> MessageType.Info;
          case FAILED -> MessageType.Error;
        };
    editor.show(type, ending.message());
  }
}

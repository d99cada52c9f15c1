package dev.arda.client.cli;

import dev.arda.client.cli.view.Quantities;
import dev.arda.v1.CollectGarbageRequest;
import dev.arda.v1.CollectGarbageResponse;
import dev.arda.v1.CopyRequest;
import dev.arda.v1.CopyResponse;
import dev.arda.v1.FindGarbageRequest;
import dev.arda.v1.ListRootsRequest;
import dev.arda.v1.RemoveRootRequest;
import dev.arda.v1.Root;
import dev.arda.v1.SignRequest;
import dev.arda.v1.StoreServiceGrpc;
import dev.arda.v1.VerifyRequest;
import dev.arda.v1.VerifyResponse;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code arda store} with what it does to stores, and {@code arda gc}. */
final class StoreWorkCommands {

  private static final String PATHS =
      "Store paths, files in them, or links to them such as ./result";

  private StoreWorkCommands() {}

  /** {@code arda store copy} and {@code arda store push}. */
  record Copy(boolean push) implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header(
              push
                  ? "Pushes store paths, with all that they need, to a binary cache or another store."
                  : "Copies store paths, with all that they need, to or from another store.")
          .description(
              "",
              push
                  ? "Signs first if there is a key, and asks the other store afterwards whether it has everything. Prints what was copied."
                  : "Prints what was copied; the rest was there already.",
              "");
      Arguments.option(spec, "--to", "URL", "The store to copy to, for example ssh-ng://host");
      if (push) {
        Arguments.option(spec, "--key-file", "FILE", "Sign with the secret key in a file.");
      } else {
        Arguments.option(spec, "--from", "URL", "The store to copy from.");
      }
      Arguments.flag(spec, "--no-check-sigs", "Have paths taken that have no trusted signature.");
      Arguments.flag(
          spec, "--substitute-on-destination", "Have the other store fetch what it can by itself.");
      Arguments.flag(spec, "--no-recursive", "Copy only these paths, not what they need.");
      OperationViews.Wish.addTo(spec);
      Arguments.words(spec, "PATH", "1..*", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var to = Arguments.text(arguments, "--to");
      var from = push ? "" : Arguments.text(arguments, "--from");
      if (to.isEmpty() == from.isEmpty()) {
        throw new UsageException(
            push ? "--to is needed: where to?" : "either --to or --from is needed, and not both");
      }
      var answers = new Answers(session);
      var id = UUID.randomUUID().toString();
      return answers.operation(
          OperationViews.Wish.of(arguments),
          StoreServiceGrpc.getCopyMethod(),
          CopyRequest.newBuilder()
              .setContext(session.context())
              .addAllPaths(Arguments.words(arguments))
              .setTo(to)
              .setFrom(from)
              .setKeyFile(push ? Arguments.path(session, arguments, "--key-file") : "")
              .setConfirm(push)
              .setNoCheckSignatures(arguments.hasMatchedOption("--no-check-sigs"))
              .setSubstituteOnDestination(arguments.hasMatchedOption("--substitute-on-destination"))
              .setNoRecursive(arguments.hasMatchedOption("--no-recursive"))
              .setRequestId(id)
              .build(),
          id,
          CopyResponse::getEvent,
          end -> {
            if (end.getResult().hasCopy()) {
              var copy = end.getResult().getCopy();
              copy.getCopiedPathsList().forEach(session.console().out()::line);
              session.console().out().flush();
              answers.note(
                  "%,d of %,d paths copied, %s"
                      .formatted(
                          copy.getCopiedCount(),
                          copy.getPathCount(),
                          Quantities.bytes(copy.getCopiedBytes())));
            }
            return false;
          });
    }
  }

  /** {@code arda store sign}. */
  static final class Sign implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Signs store paths, and all that they need, with a secret key.")
          .description("", "nix-store --generate-binary-cache-key makes keys.", "");
      Arguments.option(spec, "--key-file", "FILE", "The file that holds the key.");
      Arguments.option(spec, "--store", "URL", "Sign in another store.");
      Arguments.flag(spec, "--no-recursive", "Sign only these paths, not what they need.");
      Arguments.words(spec, "PATH", "1..*", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var key = Arguments.path(session, arguments, "--key-file");
      if (key.isEmpty()) {
        throw new UsageException("--key-file is needed: which key?");
      }
      var answers = new Answers(session);
      return answers.each(
          StoreServiceGrpc.getSignMethod(),
          SignRequest.newBuilder()
              .setContext(session.context())
              .addAllPaths(Arguments.words(arguments))
              .setKeyFile(key)
              .setStore(Arguments.text(arguments, "--store"))
              .setNoRecursive(arguments.hasMatchedOption("--no-recursive"))
              .build(),
          answer -> {
            if (session.options().json()) {
              answers.json(answer);
            }
            answers.note("%,d signatures added".formatted(answer.getAdded()));
          });
    }
  }

  /** {@code arda store verify}. */
  static final class Verify implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Verifies that store paths, and all that they need, are what they were.")
          .description("", "Prints those that are not, and then fails.", "");
      Arguments.option(spec, "--store", "URL", "Verify in another store.");
      Arguments.flag(spec, "--no-contents", "Do not look at the files.");
      Arguments.flag(spec, "--no-trust", "Do not look at who made them.");
      Arguments.option(
          spec, "--sigs-needed", "N", "How many trusted signatures each path must have.");
      Arguments.flag(spec, "--no-recursive", "Verify only these paths, not what they need.");
      OperationViews.Wish.addTo(spec);
      Arguments.words(spec, "PATH", "1..*", PATHS);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var needed = Arguments.value(arguments, "--sigs-needed").orElse("0");
      if (!needed.matches("[0-9]{1,2}")) {
        throw new UsageException("--sigs-needed is a number from 0 to 99, and not " + needed);
      }
      var answers = new Answers(session);
      var id = UUID.randomUUID().toString();
      return answers.operation(
          OperationViews.Wish.of(arguments),
          StoreServiceGrpc.getVerifyMethod(),
          VerifyRequest.newBuilder()
              .setContext(session.context())
              .addAllPaths(Arguments.words(arguments))
              .setStore(Arguments.text(arguments, "--store"))
              .setNoContents(arguments.hasMatchedOption("--no-contents"))
              .setNoTrust(arguments.hasMatchedOption("--no-trust"))
              .setSignaturesNeeded(Integer.parseInt(needed))
              .setNoRecursive(arguments.hasMatchedOption("--no-recursive"))
              .setRequestId(id)
              .build(),
          id,
          VerifyResponse::getEvent,
          end -> {
            var verify = end.getResult().getVerify();
            verify
                .getModifiedList()
                .forEach(one -> session.console().out().line("modified\t" + one.getPath()));
            verify
                .getUntrustedList()
                .forEach(path -> session.console().out().line("untrusted\t" + path));
            return false;
          });
    }
  }

  private static String kind(Root root) {
    return root.getKind().name().replaceFirst("^ROOT_KIND_", "").toLowerCase(Locale.ROOT);
  }

  /** {@code arda store roots list}. */
  static final class RootsList implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Lists what keeps store paths from the garbage collector: kind, link, path.");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      var terminal = session.console().outIsTerminal();
      return answers.each(
          StoreServiceGrpc.getListRootsMethod(),
          ListRootsRequest.newBuilder().setContext(session.context()).build(),
          answer -> {
            if (session.options().json()) {
              answers.json(answer);
              return;
            }
            for (var root : answer.getRootsList()) {
              var link = root.getLink().replace("\n", "\\n").replace("\t", "\\t");
              session
                  .console()
                  .out()
                  .line(
                      terminal
                          ? "%-8s %s%n         %s".formatted(kind(root), link, root.getPath())
                          : kind(root) + "\t" + link + "\t" + root.getPath());
            }
          });
    }
  }

  /** {@code arda store roots remove}. */
  static final class RootsRemove implements Command {
    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage()
          .header("Removes links, so that the garbage collector may take what they kept.")
          .description("", "Removes only links that keep something, and of those no profile.", "");
      Arguments.words(spec, "LINK", "1..*", "Links as arda store roots list prints them.");
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      for (var link : Arguments.words(arguments)) {
        answers.each(
            StoreServiceGrpc.getRemoveRootMethod(),
            RemoveRootRequest.newBuilder().setContext(session.context()).setLink(link).build(),
            answer -> {
              if (session.options().json()) {
                answers.json(answer);
              } else {
                session.console().out().line(answer.getRoot().getPath());
              }
            });
      }
      return ExitCode.OK;
    }
  }

  /** {@code arda gc}. */
  static final class Gc implements Command {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,12})([KMGT]?)");

    @Override
    public void describe(CommandSpec spec) {
      spec.usageMessage().header("Removes what nothing keeps from the store, and prints it.");
      Arguments.flag(spec, "--dry-run", "Only print what would be removed.");
      Arguments.option(
          spec, "--max", "SIZE", "Stop when so much is free again: bytes, or with K, M, G or T.");
      OperationViews.Wish.addTo(spec);
    }

    @Override
    public int run(Session session, ParseResult arguments) throws InterruptedException {
      var answers = new Answers(session);
      if (arguments.hasMatchedOption("--dry-run")) {
        return find(session, answers);
      }
      var id = UUID.randomUUID().toString();
      return answers.operation(
          OperationViews.Wish.of(arguments),
          StoreServiceGrpc.getCollectGarbageMethod(),
          CollectGarbageRequest.newBuilder()
              .setContext(session.context())
              .setMaxFreed(bytes(Arguments.value(arguments, "--max").orElse("0")))
              .setRequestId(id)
              .build(),
          id,
          CollectGarbageResponse::getEvent,
          end -> {
            if (end.getResult().hasGarbage()) {
              var garbage = end.getResult().getGarbage();
              garbage.getRemovedPathsList().forEach(session.console().out()::line);
              session.console().out().flush();
              answers.note(
                  "%s removed, %s free again"
                      .formatted(
                          Quantities.count(garbage.getRemovedCount(), "path"),
                          Quantities.bytes(garbage.getFreedBytes())));
            }
            return false;
          });
    }

    private static int find(Session session, Answers answers) throws InterruptedException {
      return answers.each(
          StoreServiceGrpc.getFindGarbageMethod(),
          FindGarbageRequest.newBuilder().setContext(session.context()).build(),
          answer -> {
            if (session.options().json()) {
              answers.json(answer);
            } else if (answer.hasSummary()) {
              answers.note(
                  "%s would be removed, %s"
                      .formatted(
                          Quantities.count(answer.getSummary().getPathCount(), "path"),
                          Quantities.bytes(answer.getSummary().getSize())));
            } else {
              answer.getPart().getPathsList().forEach(session.console().out()::line);
            }
          });
    }

    /** The number of bytes that a size means. */
    static long bytes(String text) {
      var size = SIZE.matcher(text);
      if (!size.matches()) {
        throw new UsageException("--max is a size such as 500M or 10G, and not " + text);
      }
      var unit = size.group(2).isEmpty() ? 0 : "KMGT".indexOf(size.group(2)) + 1;
      return Math.multiplyExact(Long.parseLong(size.group(1)), 1L << (10 * unit));
    }
  }
}

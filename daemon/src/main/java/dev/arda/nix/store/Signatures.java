package dev.arda.nix.store;

import dev.arda.nix.core.InternalJsonLog;
import dev.arda.nix.core.NixLogEvent;
import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Verification;
import dev.arda.nix.core.TerminalText;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signs store paths, and verifies that they are what they were and by whom. */
public final class Signatures {

  private static final Pattern ADDED = Pattern.compile("added ([0-9]+) signatures?");
  private static final Pattern MODIFIED =
      Pattern.compile("path '([^']+)' was modified! expected hash '([^']*)', got '([^']*)'");
  private static final Pattern UNTRUSTED = Pattern.compile("path '([^']+)' is untrusted");

  private final StoreCalls calls;
  private final Closures closures;

  Signatures(StoreCalls calls, Closures closures) {
    this.calls = calls;
    this.closures = closures;
  }

  /**
   * Signs paths with a secret key, which only Nix reads.
   *
   * @param keyFile absolute path of the file with the key
   * @param recursive also everything that they need
   * @param store where they are signed; empty: in the caller's
   * @return how many signatures were added; those that were there already are not counted
   * @throws StoreException {@code STORE_PATH_MISSING}; {@code STORE_FAILED}, for example because
   *     the file cannot be read or holds no key
   */
  public int sign(
      CallContext context,
      Collection<StorePath> paths,
      Path keyFile,
      boolean recursive,
      Optional<StoreUrl> store) {
    int result = 0;
    for (var part : Closures.parts(paths)) {
      var said =
          calls.run(
              context,
              (commands, _) ->
                  commands.sign(Closures.texts(part), keyFile, recursive, Closures.text(store)),
              store,
              OutputListener.NONE);
      if (!said.result().succeeded()) {
        throw StoreErrors.of("sign", store, said.error());
      }
      var added = ADDED.matcher(said.text() + said.result().outputText());
      result += added.find() ? Integer.parseInt(added.group(1)) : 0;
    }
    return result;
  }

  /**
   * What is wrong with paths.
   *
   * @param checked number of paths that were looked at
   * @param modified files that are not what they were when they were added
   * @param untrusted paths that were not built here and are not signed as was asked
   */
  public record Report(int checked, List<Modified> modified, List<StorePath> untrusted) {
    /** Copies the lists. */
    public Report {
      modified = List.copyOf(modified);
      untrusted = List.copyOf(untrusted);
    }

    /** Whether nothing is. */
    public boolean isClean() {
      return modified.isEmpty() && untrusted.isEmpty();
    }
  }

  /**
   * A path whose files are not what they were.
   *
   * @param expected hash that it had
   * @param actual hash that it has
   */
  public record Modified(StorePath path, String expected, String actual) {}

  /**
   * Verifies paths.
   *
   * @param store where they are; empty: in the caller's
   * @param listener hears what Nix prints, in its internal format
   * @throws StoreException {@code STORE_PATH_MISSING}; {@code STORE_FAILED} if they cannot be
   *     verified, which says nothing about them
   */
  public Report verify(
      CallContext context,
      Collection<StorePath> paths,
      Verification what,
      Optional<StoreUrl> store,
      OutputListener listener) {
    var all =
        what.recursive()
            ? List.copyOf(closures.of(context, paths, store).paths().keySet())
            : List.copyOf(paths);
    closures.require(context, all, store);
    var findings = new Findings(listener);
    for (var part : Closures.parts(paths)) {
      var found = findings.modified.size() + findings.untrusted.size();
      var said =
          calls.run(
              context,
              (commands, _) -> commands.verify(Closures.texts(part), what, Closures.text(store)),
              store,
              findings);
      // The code is 1 both for a modified path and for every failure, so the words have to tell.
      if (!said.result().succeeded()
          && found == findings.modified.size() + findings.untrusted.size()) {
        throw StoreErrors.of("verify", store, said.error());
      }
    }
    return new Report(all.size(), findings.modified, findings.untrusted);
  }

  /** Hears what is wrong; one thread tells it, which has ended when it is read. */
  private static final class Findings implements OutputListener {
    private final OutputListener next;
    private final List<Modified> modified = new ArrayList<>();
    private final List<StorePath> untrusted = new ArrayList<>();

    private Findings(OutputListener next) {
      this.next = next;
    }

    @Override
    public void standardError(String line) {
      next.standardError(line);
      if (InternalJsonLog.decode(line).orElse(null) instanceof NixLogEvent.Message message) {
        var text = TerminalText.strip(message.text());
        var changed = MODIFIED.matcher(text);
        if (changed.find()) {
          StorePath.of(changed.group(1))
              .map(path -> new Modified(path, changed.group(2), changed.group(3)))
              .ifPresent(modified::add);
        }
        var unsigned = UNTRUSTED.matcher(text);
        if (unsigned.find()) {
          StorePath.of(unsigned.group(1)).ifPresent(untrusted::add);
        }
      }
    }
  }
}

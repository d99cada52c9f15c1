package dev.arda.client.cli;

import com.google.protobuf.ByteString;
import dev.arda.client.Failure;
import dev.arda.v1.SelectorResult;
import java.io.IOException;
import java.io.OutputStream;

/** Prints the value of the only selector. */
final class ValuePrinter implements ResultPrinter {

  /** How a value is written. */
  enum Form {
    /** As the daemon sent it. */
    COMPACT,
    /** Laid out over lines. */
    PRETTY,
    /** A string without quotes. */
    RAW
  }

  private final Session session;
  private final Form form;
  private final OutputStream target;
  private int code = ExitCode.FAILED;
  private boolean finished;

  ValuePrinter(Session session, Form form) {
    this.session = session;
    this.form = form;
    var out = new OutStream(session.console().out());
    this.target =
        switch (form) {
          case COMPACT -> out;
          case PRETTY -> new JsonIndenter(out);
          case RAW -> new JsonStringDecoder(out);
        };
  }

  @Override
  public void chunk(int selector, ByteString json) {
    try {
      json.writeTo(target);
    } catch (JsonStringDecoder.NotAString e) {
      throw new ValueException("the value is " + e.getMessage() + "; --raw prints strings only");
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  @Override
  public void result(SelectorResult result) {
    finished = true;
    var console = session.console();
    switch (result.getOutcomeCase()) {
      case VALUE -> {
        code = ExitCode.OK;
        if (form != Form.RAW) {
          console.out().text("\n");
        }
        console.out().flush();
        if (session.options().nix().getDebug()) {
          result
              .getValue()
              .getRealisedPathsList()
              .forEach(
                  path -> console.message(console.style().faint("realised " + Style.safe(path))));
        }
      }
      case ERROR -> code = session.fail(ExitCode.FAILED, Failure.of(result.getError()));
      case OUTCOME_NOT_SET -> finished = false;
    }
  }

  @Override
  public int end() {
    if (!finished) {
      return session.fail(ExitCode.FAILED, "the daemon ended its answer without a result");
    }
    return code;
  }

  @Override
  public void close() {
    session.console().out().flush();
  }
}

package dev.arda.nix.flake.eval;

import dev.arda.nix.core.NixErrors;
import dev.arda.nix.flake.eval.Evaluator.Job;
import dev.arda.nix.flake.eval.Evaluator.Outcome;
import dev.arda.nix.flake.eval.EvaluatorLeases.Lease;
import dev.arda.nix.flake.eval.ReplProtocol.Lost;
import dev.arda.nix.flake.eval.ReplProtocol.Reply;
import dev.arda.nix.flake.eval.ReplProtocol.TooLong;
import dev.arda.nix.flake.selector.SelectorPrinter;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixException.Details;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A question that is put to one evaluator, and what its answer means for the evaluator. */
final class LentQuestion {

  private static final Logger log = LoggerFactory.getLogger(LentQuestion.class);

  private LentQuestion() {}

  /**
   * Puts it, and gives the evaluator back.
   *
   * @param last whether there will be no other attempt
   * @return the outcome; empty if it has to be asked for elsewhere
   * @throws InterruptedException if the thread was interrupted; the evaluator is given back when it
   *     has settled
   */
  static Optional<Outcome> put(Job job, Question question, Lease lease, boolean last)
      throws InterruptedException {
    Reply reply;
    try {
      reply =
          lease
              .evaluator()
              .ask(question, job.encoding() == ValueEncoding.TYPED, job.realise(), job.progress());
    } catch (InterruptedException e) {
      lease.abandon();
      throw e;
    } catch (TooLong _) {
      lease.retire(Retirement.MEMORY);
      return Optional.of(new Outcome.Refused(LongAnswers.tooLong(question)));
    } catch (Lost lost) {
      long outgrew = lease.evaluator().outgrew();
      lease.retire(outgrew > 0 ? Retirement.MEMORY : Retirement.LOST);
      if (outgrew > 0) {
        // What others asked before may have taken the room.
        return last || lease.fresh() ? Optional.of(tooLarge(question, outgrew)) : Optional.empty();
      }
      log.info("an evaluator was lost: {}", lost.getMessage());
      // The one way in which a flake ends the process and says so.
      return lost.said().contains("stack overflow")
          ? Optional.of(new Outcome.Broken(NixErrors.read(lost.said())))
          : Optional.empty();
    }
    return switch (reply) {
      case Reply.Value(byte[] text) -> {
        lease.release();
        yield read(job, text);
      }
      case Reply.Unsaid() -> {
        lease.release();
        yield Optional.empty();
      }
      case Reply.Failure(String said, boolean active) -> {
        NixErrorDetail detail = NixErrors.read(said);
        boolean mayPass = StickyFailures.mayPass(detail, active);
        if (mayPass) {
          lease.retire(Retirement.FAILURE);
        } else {
          lease.release();
        }
        // What an older evaluator remembers may not be so any more.
        yield mayPass && !lease.fresh()
            ? Optional.empty()
            : Optional.of(new Outcome.Broken(detail));
      }
    };
  }

  private static Outcome tooLarge(Question question, long bytes) {
    String what = SelectorPrinter.print(question.selector());
    return new Outcome.Refused(
        new FlakeException(
            Reason.EVALUATION_TOO_LARGE,
            "the evaluation of %s was ended when it had taken %d MiB of memory; ask for less at a time"
                .formatted(what, bytes >> 20),
            Details.NONE.with("selector", what)));
  }

  private static Optional<Outcome> read(Job job, byte[] text) {
    try {
      Answer answer =
          LongAnswers.read(text, () -> AnswerReader.read(text, 1, job.encoding()).getFirst());
      return answer instanceof Answer.Value value && !writtenStill(value)
          ? Optional.empty()
          : Optional.of(new Outcome.Answered(answer));
    } catch (IOException e) {
      return Optional.of(
          new Outcome.Refused(
              new FlakeException(
                  Reason.VALUE_NOT_SERIALISABLE,
                  "Nix's answer cannot be read as JSON: " + e.getMessage(),
                  Details.NONE.with(e))));
    }
  }

  /** An evaluator writes a derivation once; the store may have lost it since. */
  private static boolean writtenStill(Answer.Value value) {
    return value.context().stream()
        .allMatch(dependency -> Files.exists(Path.of(dependency.drvPath())));
  }
}

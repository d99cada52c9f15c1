package dev.arda.nix.system.deploy;

import dev.arda.nix.remote.Secret;
import dev.arda.nix.store.build.BuildListener;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Hears how a deployment goes. Called from several threads; must not throw. */
public interface DeployListener {

  /** Where a host is in a stage. */
  enum StageState {
    /** It is being done. */
    RUNNING,
    /** It is done. */
    SUCCEEDED,
    /** There was nothing to do. */
    CACHED,
    /** It failed. */
    FAILED,
    /** It was given up. */
    CANCELLED
  }

  /**
   * The hosts are known. Called once, before anything is told of one.
   *
   * @param giveUp gives up the host of this name while the others go on: what has begun to be
   *     activated is finished or undone. Returns at once; does nothing for a host that is over, or
   *     is none of them
   */
  void hosts(List<String> names, Consumer<String> giveUp);

  /**
   * A host is somewhere else.
   *
   * @param detail what it does, or why it failed, in one line; may be empty
   */
  void stage(String host, Stage stage, StageState state, String detail);

  /**
   * One of several waves of hosts, which are activated one after the other.
   *
   * @param number from 1
   * @param count how many waves there are
   * @param hosts that are in it, in the order in which they are begun
   * @param over how many of them are over
   */
  record Wave(int number, int count, List<String> hosts, int over) {
    /** Copies the list. */
    public Wave {
      hosts = List.copyOf(hosts);
    }
  }

  /**
   * A wave begins, goes on, or is over. Not called if there is one only.
   *
   * @param detail why it failed, in one line; may be empty
   */
  void wave(Wave wave, StageState state, String detail);

  /** A host is finished. */
  void finished(DeployResult.HostResult result);

  /** A line that a host printed. */
  void line(String host, Stage stage, String line);

  /** Whether there is a person who can be asked for a password. */
  boolean canAsk();

  /**
   * Asks the person who deploys for a password. Blocks until there is an answer.
   *
   * @param question what for, in one line
   * @return what was typed; empty: nobody can be asked, or does not say
   * @throws dev.arda.nix.types.CommandException {@code CANCELLED} if the thread is interrupted
   */
  Optional<Secret> askPassword(String host, Stage stage, String question);

  /** Something to read that is no failure. */
  void warning(String host, String text);

  /** Hears how the build for these hosts goes; the indices of its targets are theirs. */
  BuildListener build(List<String> hosts);
}

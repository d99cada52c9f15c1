package dev.arda.nix.system.install;

import dev.arda.nix.store.build.BuildListener;
import dev.arda.nix.system.deploy.DeployListener.StageState;

/** Hears how an installation goes. Called from several threads; must not throw. */
public interface InstallListener {

  /** The stages of the installation have begun. */
  void began(String host);

  /**
   * The installation is somewhere else.
   *
   * @param detail what it does, or why it failed, in one line; may be empty
   */
  void stage(InstallStage stage, StageState state, String detail);

  /** A line that was printed. */
  void line(InstallStage stage, String line);

  /** The installation is over. */
  void ended(StageState state, String failure);

  /**
   * Hears how the build goes; its targets are the script that formats the disks, and the system.
   */
  BuildListener build();
}

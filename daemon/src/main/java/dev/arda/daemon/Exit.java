package dev.arda.daemon;

/** The two ways in which the process ends itself; a test has others. */
public interface Exit {

  /** Ends the process after its shutdown hooks have run. */
  void exit(int code);

  /** Ends the process at once. */
  void halt(int code);

  /** The Java virtual machine's own. */
  Exit JVM =
      new Exit() {
        @Override
        public void exit(int code) {
          System.exit(code);
        }

        @Override
        public void halt(int code) {
          Runtime.getRuntime().halt(code);
        }
      };
}

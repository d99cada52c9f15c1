package dev.arda.nix.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IndirectRootTest {

  /** {@code nix hash to-base32 --type sha1} of {@code sha1sum} of the same text. */
  @Test
  void name_isThatOfNix() {
    assertThat(IndirectRoot.name("/home/alice/result"))
        .isEqualTo("x6xcakh6pmsprh9372j47cndyciwzqqy");
  }
}

@NullMarked
package dev.arda.nix.user.age;

import org.jspecify.annotations.NullMarked;

/** A controller written by hand: it answers over real gRPC what a test tells it to. */
@NullMarked
package dev.muster.cli.fake;

import org.jspecify.annotations.NullMarked;

package dev.muster.controller.loop;

import java.time.Instant;

/**
 * Reads and changes the state in memory and says what that means for the store and the world. Runs on the loop's thread;
 * does no input or output and never blocks.
 *
 * <p>It either refuses, by throwing a {@link DeclaredRefusal} before its first change, or succeeds. Whatever else it throws
 * is a broken invariant and stops the controller from leading.
 */
@FunctionalInterface
public interface Operation<R> {

    /** @param now the same for all operations of one turn of the loop */
    Decision<R> run(Instant now);
}

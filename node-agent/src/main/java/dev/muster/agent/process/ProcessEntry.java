package dev.muster.agent.process;

/**
 * One process as the kernel lists it. The start time makes the process number an identity.
 *
 * @param session the process number of its session's leader
 * @param startTicks start, in hundredths of a second since boot
 * @param state the kernel's letter: R, S, D (cannot be interrupted), Z (dead, not yet collected)
 */
public record ProcessEntry(long pid, long parent, long session, long startTicks, char state, String name) {
    /** Dead: only its exit code is left. */
    public boolean isDead() {
        return state == 'Z' || state == 'X';
    }
}

package dev.muster.cli.endtoend;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Kills and pauses random processes, some at the same time, each for a while. A victim is well, then struck, then rests until it
 * does its work again, then well. Who ends by itself is told and started again, as a supervisor would. Nobody waits here:
 * whoever drives it looks in often.
 */
final class Chaos {

    private static final int MOST_STRUCK_AT_ONCE = 3;
    private static final Duration RESTARTED_AFTER = Duration.ofSeconds(1);
    /** An agent that is paused again must have been heard in between, or two pauses would be one that is too long. */
    private static final Duration REST = Duration.ofSeconds(5);

    private record Struck(Victim victim, long untilNanos, Runnable recovery) {}

    private record Resting(Victim victim, long atLeastUntilNanos) {}

    private final Random random;
    private final Duration longestPause;
    private final List<Victim> well;
    private final List<Struck> struck = new ArrayList<>();
    private final List<Resting> resting = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private final List<String> endedByThemselves = new ArrayList<>();
    private long nextStrikeNanos;
    private boolean over;

    /**
     * Chaos that has not begun.
     *
     * @param longestPause shorter than the isolation timeout, since an agent that stands still cannot fence itself
     */
    Chaos(long seed, Duration longestPause, List<Victim> victims, long nowNanos) {
        this.random = new Random(seed);
        this.longestPause = longestPause;
        this.well = new ArrayList<>(victims);
        this.nextStrikeNanos = nowNanos;
    }

    /** Does what is due. */
    synchronized void look(long nowNanos) {
        recover(nowNanos);
        lookForTheDead(nowNanos);
        welcomeBack(nowNanos);
        if (!over && nowNanos - nextStrikeNanos >= 0 && struck.size() < MOST_STRUCK_AT_ONCE) {
            strike(nowNanos);
            nextStrikeNanos =
                    nowNanos + Duration.ofMillis(500 + random.nextInt(4_000)).toNanos();
        }
    }

    /** No strike any more, and everything recovers at once; who ends by itself is still started again. */
    synchronized void heal(long nowNanos) {
        over = true;
        List<Struck> all = List.copyOf(struck);
        struck.clear();
        all.forEach(each -> recover(each, nowNanos));
    }

    // ---- striking

    private void strike(long nowNanos) {
        List<Victim> candidates = candidates();
        if (candidates.isEmpty()) {
            return;
        }
        Victim victim = candidates.get(random.nextInt(candidates.size()));
        well.remove(victim);
        if (random.nextInt(3) > 0) {
            tell("kill", victim, "");
            victim.kill();
            strike(victim, Duration.ofMillis(100 + random.nextInt(6_000)), victim.restart(), nowNanos);
        } else {
            Duration pause = Duration.ofMillis(200 + random.nextInt((int) longestPause.toMillis() - 200));
            tell("pause", victim, "for " + pause.toMillis() + " ms");
            victim.pause();
            strike(victim, pause, victim::resume, nowNanos);
        }
    }

    private void strike(Victim victim, Duration away, Runnable recovery, long nowNanos) {
        struck.add(new Struck(victim, nowNanos + away.toNanos(), recovery));
    }

    /** All that are well and of one kind, of which one more may be away. */
    private List<Victim> candidates() {
        List<Victim.Kind> kinds = well.stream()
                .map(Victim::kind)
                .distinct()
                .sorted()
                .filter(kind -> away(kind) < kind.mostAway())
                .toList();
        if (kinds.isEmpty()) {
            return List.of();
        }
        Victim.Kind kind = kinds.get(random.nextInt(kinds.size()));
        return well.stream().filter(victim -> victim.kind() == kind).toList();
    }

    private long away(Victim.Kind kind) {
        long down = struck.stream().filter(each -> each.victim().kind() == kind).count();
        return down
                + resting.stream().filter(each -> each.victim().kind() == kind).count();
    }

    // ---- recovering

    private void recover(long nowNanos) {
        List<Struck> due = struck.stream()
                .filter(each -> nowNanos - each.untilNanos() >= 0)
                .toList();
        struck.removeAll(due);
        due.forEach(each -> recover(each, nowNanos));
    }

    private void recover(Struck each, long nowNanos) {
        each.recovery().run();
        resting.add(new Resting(each.victim(), nowNanos + REST.toNanos()));
    }

    private void lookForTheDead(long nowNanos) {
        List<Victim> dead = new ArrayList<>(well);
        resting.forEach(each -> dead.add(each.victim()));
        dead.removeIf(victim -> victim.present().get().isAlive());
        for (Victim victim : dead) {
            int code = victim.present().get().exitValue();
            tell("end", victim, "by itself with " + code);
            endedByThemselves.add(victim.name() + " with " + code);
            well.remove(victim);
            resting.removeIf(each -> each.victim().equals(victim));
            strike(victim, RESTARTED_AFTER, victim.restart(), nowNanos);
        }
    }

    private void welcomeBack(long nowNanos) {
        List<Resting> back = resting.stream()
                .filter(each -> nowNanos - each.atLeastUntilNanos() >= 0)
                .filter(each -> each.victim().isBack().getAsBoolean())
                .toList();
        resting.removeAll(back);
        back.forEach(each -> well.add(each.victim()));
    }

    // ---- telling

    private void tell(String what, Victim victim, String more) {
        told.add((what + " " + victim.name() + " " + more).strip());
        counts.merge(what + " " + victim.kind(), 1, Integer::sum);
    }

    /** What happened so far. */
    synchronized List<String> told() {
        return List.copyOf(told);
    }

    /** The same in a few words: how often what befell which kind. */
    synchronized String summary() {
        return counts.toString();
    }

    /** Processes that nobody killed and that ended all the same. */
    synchronized List<String> endedByThemselves() {
        return List.copyOf(endedByThemselves);
    }
}

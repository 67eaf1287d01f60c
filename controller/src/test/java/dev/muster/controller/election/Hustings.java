package dev.muster.controller.election;

import dev.muster.controller.loop.ManualClock;
import dev.muster.controller.store.embedded.EmbeddedSettings;
import dev.muster.controller.store.embedded.EmbeddedStateStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Some controllers that stand for election over one store; time passes when told. */
final class Hustings {

    final ManualClock clock = new ManualClock(Instant.parse("2026-11-25T08:00:00Z"));
    final EmbeddedStateStore store = EmbeddedStateStore.stepped(EmbeddedSettings.DEFAULT, clock);
    private final TreeMap<Long, List<Runnable>> agenda = new TreeMap<>();
    private final Instant beginning = clock.instant();
    final List<Standing> standing = new ArrayList<>();

    /** One controller. While it is frozen its tasks wait, as those of a stopped process do. */
    final class Standing implements Election.Listener {
        final FlakyStore line = new FlakyStore(store);
        final Election election;
        final List<String> heard = new ArrayList<>();
        Optional<Leadership> leadership = Optional.empty();
        Optional<Candidate> other = Optional.empty();
        private final List<Runnable> whileFrozen = new ArrayList<>();
        private boolean frozen;

        private Standing(String name) {
            election = new Election(
                    line,
                    new Candidate(name, name + ":7443"),
                    Election.Settings.DEFAULT,
                    (delay, task) -> at(elapsedMillis() + delay.toMillis(), () -> run(task)),
                    clock,
                    this);
        }

        private void run(Runnable task) {
            if (frozen) {
                whileFrozen.add(task);
            } else {
                task.run();
            }
        }

        void freeze() {
            frozen = true;
        }

        void thaw() {
            frozen = false;
            List.copyOf(whileFrozen).forEach(task -> at(elapsedMillis(), task));
            whileFrozen.clear();
            settle();
        }

        boolean leads() {
            return leadership.filter(Leadership::isHeld).isPresent();
        }

        @Override
        public void elected(Leadership won) {
            leadership = Optional.of(won);
            other = Optional.empty();
            heard.add("elected");
        }

        @Override
        public void lost(String why) {
            leadership = Optional.empty();
            heard.add("lost: " + why);
        }

        @Override
        public void othersLead(Optional<Candidate> leader) {
            other = leader;
        }
    }

    Standing stand(String name) {
        Standing one = new Standing(name);
        standing.add(one);
        one.election.begin();
        settle();
        return one;
    }

    private void at(long millis, Runnable task) {
        agenda.computeIfAbsent(millis, moment -> new ArrayList<>()).add(task);
    }

    private long elapsedMillis() {
        return Duration.between(beginning, clock.instant()).toMillis();
    }

    /** Everything that can happen now has happened. */
    void settle() {
        boolean worked = true;
        while (worked) {
            worked = store.step();
            while (!agenda.isEmpty() && agenda.firstKey() <= elapsedMillis()) {
                agenda.pollFirstEntry().getValue().forEach(Runnable::run);
                worked = true;
            }
        }
    }

    void advance(long millis) {
        for (long step = 0; step < millis; step += 10) {
            clock.pass(Duration.ofMillis(10));
            settle();
            atMostOneLeads();
        }
    }

    private void atMostOneLeads() {
        long leaders = standing.stream().filter(Standing::leads).count();
        if (leaders > 1) {
            throw new AssertionError(leaders + " controllers lead at " + clock.instant());
        }
    }
}

package dev.muster.controller.simulation.world;

import dev.muster.controller.operations.Refusal;
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * People who submit jobs, each with one submission id, again and again until they hear an answer; and then change their
 * minds. Questions and answers get lost.
 */
final class Users {

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final World world;
    private final RandomJobs jobs;
    private final List<JobKey> taken = new ArrayList<>();
    private int planned;
    private int submitted;
    private int unanswered;

    Users(World world) {
        this.world = world;
        this.jobs = new RandomJobs(world.chance().apart());
    }

    /** Submits so many, at random times. */
    void begin(int count, double meanMillis) {
        planned = count;
        submitLater(meanMillis);
    }

    private void submitLater(double meanMillis) {
        if (submitted < planned) {
            world.timeline().after(world.chance().exponentialMillis(meanMillis), () -> {
                submit();
                submitLater(meanMillis);
            });
        }
    }

    private void submit() {
        submitted++;
        unanswered++;
        JobSpec spec = jobs.spec("j" + submitted);
        world.fabric().install(spec.key().name(), jobs.program());
        new Submission(spec).ask();
    }

    private final class Submission {
        private final JobSpec spec;
        private boolean answered;

        Submission(JobSpec spec) {
            this.spec = spec;
        }

        void ask() {
            if (answered) {
                return;
            }
            world.timeline()
                    .after(
                            world.chance().millis(0, 20),
                            () -> world.askController(core -> {
                                var unused = core.jobs()
                                        .submit(
                                                spec,
                                                "submission-of-" + spec.key().name())
                                        .whenComplete((view, failure) -> hearLater(
                                                view == null
                                                        ? null
                                                        : view.record().uid(),
                                                failure));
                            }));
            world.timeline().after(PATIENCE, this::ask);
        }

        private void hearLater(@Nullable String uid, @Nullable Throwable failure) {
            if (!world.chance().happens(world.partOfAnswersLost())) {
                world.timeline().after(world.chance().millis(0, 20), () -> hear(uid, failure));
            }
        }

        private void hear(@Nullable String uid, @Nullable Throwable failure) {
            boolean refused = failure instanceof Refusal refusal && refusal.kind() == Refusal.Kind.INVALID;
            if (answered || (uid == null && !refused)) {
                return;
            }
            answered = true;
            unanswered--;
            if (uid != null) {
                taken.add(spec.key());
                world.witness().acknowledged(spec.key(), uid);
            } else {
                world.tell("user: " + spec.key().name() + " is refused: " + failure);
            }
        }
    }

    boolean everyoneIsAnswered() {
        return submitted == planned && unanswered == 0;
    }

    void cancelOne() {
        change(
                "cancels",
                key -> world.askController(core -> {
                    var unused = core.jobs().cancel(key);
                }));
    }

    void holdOne() {
        change(
                "holds",
                key -> world.askController(core -> {
                    var unused = core.jobs().hold(key);
                }));
    }

    void releaseAll() {
        world.askController(core -> taken.forEach(key -> {
            var unused = core.jobs().release(key);
        }));
    }

    void releaseOne() {
        change(
                "releases",
                key -> world.askController(core -> {
                    var unused = core.jobs().release(key);
                }));
    }

    private interface Wish {
        void of(JobKey key);
    }

    private void change(String what, Wish wish) {
        if (!taken.isEmpty()) {
            JobKey key = world.chance().oneOf(taken);
            world.tell("user: " + what + " " + key.name());
            wish.of(key);
        }
    }
}

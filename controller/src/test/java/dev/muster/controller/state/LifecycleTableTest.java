package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.muster.controller.state.LifecycleEvent.Placed;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every event in every phase: what the job is in afterwards. */
class LifecycleTableTest {

    private static final List<LifecycleEvent> EVENTS = List.of(
            new Placed(Jobs.placement(2, Jobs.START, List.of("n1", "n2", "n3"), List.of())),
            new LifecycleEvent.GangRunning(1),
            new LifecycleEvent.GangSucceeded(1),
            new LifecycleEvent.RankFailed(1, "n1", 0, 137, "oops"),
            new LifecycleEvent.HostLost(1, "n1", "gone"),
            new LifecycleEvent.HostFaulted(1, "n1", "xid 79"),
            new LifecycleEvent.HostDraining(1, "n1", "new kernel"),
            new LifecycleEvent.Preempted(1, "research/urgent"),
            new LifecycleEvent.SpareGone(1, "n4", "gone"),
            new LifecycleEvent.ProgressReported(1, Jobs.progress(1, 1, Jobs.START)),
            new LifecycleEvent.HangDetected(1, Duration.ofMinutes(10)),
            new LifecycleEvent.StartOverdue(1, new TreeSet<>(List.of("n1")), Duration.ofMinutes(10)),
            new LifecycleEvent.StartHindered(1, "n1", "ImagePullBackOff: no such image"),
            new LifecycleEvent.ProofAwaited(1, "n1 may still run"),
            new LifecycleEvent.RoomToGrow(1),
            new LifecycleEvent.CheckpointSaved(1, 7),
            new LifecycleEvent.WalltimeReached(1),
            new LifecycleEvent.GangStopped(1),
            new LifecycleEvent.HostReleased("n1"),
            new LifecycleEvent.HostSuspected("n1", "xid 79"),
            new LifecycleEvent.CancelRequested("enough"),
            new LifecycleEvent.HoldRequested(),
            new LifecycleEvent.ReleaseRequested());

    /** A job in the phase whose attempt 1 is, or was, on n1, n2, n3 with spare n4. */
    private static JobStory in(JobPhase phase) {
        JobStory running = JobStory.running(Jobs.spec());
        return switch (phase) {
            case PENDING -> running.loses("n2").stopped();
            case STARTING -> JobStory.submitted(Jobs.spec()).placed("n1", "n2", "n3");
            case RUNNING -> running;
            case STOPPING -> running.loses("n2");
            case FINISHED -> running.succeeds();
            case FAILED ->
                running.happens(new LifecycleEvent.WalltimeReached(1)).stopped();
            case CANCELLED -> running.cancelled().stopped();
        };
    }

    /** {@code =} the same phase, {@code !} a broken invariant. */
    private static final String TABLE = """
            event            PENDING   STARTING  RUNNING   STOPPING  FINISHED  FAILED    CANCELLED
            Placed           STARTING  !         !         !         =         =         =
            GangRunning      =         RUNNING   =         =         =         =         =
            GangSucceeded    =         FINISHED  FINISHED  PENDING   =         =         =
            RankFailed       =         STOPPING  STOPPING  =         =         =         =
            HostLost         =         STOPPING  STOPPING  =         =         =         =
            HostFaulted      =         STOPPING  STOPPING  =         =         =         =
            HostDraining     =         STOPPING  STOPPING  =         =         =         =
            Preempted        =         STOPPING  STOPPING  =         =         =         =
            SpareGone        =         =         =         =         =         =         =
            ProgressReported =         =         =         =         =         =         =
            HangDetected     =         =         STOPPING  =         =         =         =
            StartOverdue     =         STOPPING  =         =         =         =         =
            StartHindered    =         =         =         =         =         =         =
            ProofAwaited     =         =         =         =         =         =         =
            RoomToGrow       =         =         =         =         =         =         =
            CheckpointSaved  =         =         =         =         =         =         =
            WalltimeReached  =         STOPPING  STOPPING  =         =         =         =
            GangStopped      =         PENDING   PENDING   PENDING   =         =         =
            HostReleased     =         =         =         =         =         =         =
            HostSuspected    =         =         =         =         =         =         =
            CancelRequested  CANCELLED STOPPING  STOPPING  =         =         =         =
            HoldRequested    =         =         =         =         =         =         =
            ReleaseRequested =         =         =         =         =         =         =
            """;

    @TestFactory
    Stream<DynamicTest> everyEventHasARuleInEveryPhase() {
        return EVENTS.stream()
                .flatMap(event -> Arrays.stream(JobPhase.values())
                        .map(phase -> DynamicTest.dynamicTest(
                                event.getClass().getSimpleName() + " while " + phase, () -> check(event, phase))));
    }

    private static void check(LifecycleEvent event, JobPhase phase) {
        JobStory story = in(phase).is(phase);
        String expected = expected(event, phase);
        if (expected.equals("!")) {
            assertThatIllegalStateException().isThrownBy(() -> story.happens(event));
            return;
        }
        story.happens(event);
        story.is(expected.equals("=") ? phase : JobPhase.valueOf(expected));
        JobInvariants.check(story.record(), story.latestPlacement());
    }

    private static String expected(LifecycleEvent event, JobPhase phase) {
        int column = words("event").indexOf(phase.name());
        return words(event.getClass().getSimpleName()).get(column);
    }

    private static List<String> words(String firstWord) {
        String row = TABLE.lines()
                .filter(line -> line.startsWith(firstWord + " "))
                .findFirst()
                .orElseThrow();
        return Pattern.compile(" +").splitAsStream(row).toList();
    }

    @Test
    void theTableKnowsEveryEventAndEveryPhase() {
        Set<Class<?>> kinds = Stream.of(LifecycleEvent.class, LifecycleEvent.OfAttempt.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()))
                .filter(type -> !type.isInterface())
                .collect(Collectors.toSet());

        assertThat(EVENTS)
                .extracting(Object::getClass)
                .map(type -> (Object) type)
                .containsExactlyInAnyOrderElementsOf(kinds);
        assertThat(words("event")).hasSize(1 + JobPhase.values().length);
    }
}

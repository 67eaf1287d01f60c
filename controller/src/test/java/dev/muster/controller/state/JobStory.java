package dev.muster.controller.state;

import static org.assertj.core.api.Assertions.assertThat;

import dev.muster.controller.state.LifecycleEvent.Placed;
import dev.muster.controller.state.LifecycleEvent.ProgressReported;
import dev.muster.scheduler.job.JobSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A job that things happen to, one after the other; keeps what a store would keep. */
public final class JobStory {

    private JobRecord record;
    private Optional<PlacementRecord> placement = Optional.empty();
    private Instant now = Jobs.START;
    private Transition last;
    private final List<String> history = new ArrayList<>();

    private JobStory(Transition first) {
        this.last = first;
        this.record = first.record();
        keep(first);
    }

    public static JobStory submitted(JobSpec spec) {
        return new JobStory(JobLifecycle.submitted(Jobs.UID, "submission", spec, false, Jobs.START));
    }

    public static JobStory submittedHeld(JobSpec spec) {
        return new JobStory(JobLifecycle.submitted(Jobs.UID, "submission", spec, true, Jobs.START));
    }

    /** Attempt 1 runs on n1, n2, n3 with spare n4. */
    public static JobStory running(JobSpec spec) {
        return submitted(spec).placed("n1", "n2", "n3").runs();
    }

    public JobStory placed(String... hosts) {
        List<String> spares = List.of(hosts).contains("n4") ? List.of() : List.of("n4");
        return happens(new Placed(Jobs.placement(attempt() + 1, now, List.of(hosts), spares)));
    }

    public JobStory runs() {
        return happens(new LifecycleEvent.GangRunning(attempt()));
    }

    public JobStory reports(long step, long checkpoint) {
        return happens(new ProgressReported(attempt(), Jobs.progress(step, checkpoint, now)));
    }

    public JobStory rankFails(int rank, String output) {
        return happens(new LifecycleEvent.RankFailed(attempt(), "n" + (1 + rank / 2), rank, 1, output));
    }

    public JobStory loses(String host) {
        return happens(new LifecycleEvent.HostLost(attempt(), host, "no heartbeat for 10s"));
    }

    public JobStory faults(String host) {
        return happens(new LifecycleEvent.HostFaulted(attempt(), host, "xid 79"));
    }

    public JobStory drains(String host) {
        return happens(new LifecycleEvent.HostDraining(attempt(), host, "new kernel"));
    }

    public JobStory stopped() {
        return happens(new LifecycleEvent.GangStopped(attempt()));
    }

    public JobStory succeeds() {
        return happens(new LifecycleEvent.GangSucceeded(attempt()));
    }

    public JobStory cancelled() {
        return happens(new LifecycleEvent.CancelRequested(""));
    }

    public JobStory after(Duration time) {
        now = now.plus(time);
        return this;
    }

    public JobStory happens(LifecycleEvent event) {
        last = JobLifecycle.on(record, placement, event, now);
        record = last.record();
        placement = last.placement().or(() -> placement);
        keep(last);
        return this;
    }

    private void keep(Transition transition) {
        transition.announcements().forEach(line -> history.add(line.type()));
    }

    public JobStory is(JobPhase phase) {
        assertThat(record.phase()).isEqualTo(phase);
        return this;
    }

    /** Nothing follows from what happened last. */
    public JobStory nothingFollows() {
        assertThat(last).isEqualTo(Transition.unchanged(record));
        return this;
    }

    public JobStory refuses(String words) {
        assertThat(last.refusal())
                .hasValueSatisfying(reason -> assertThat(reason).contains(words));
        assertThat(last).isEqualTo(Transition.refused(record, last.refusal().orElseThrow()));
        return this;
    }

    public JobStory effects(Effect... effects) {
        assertThat(last.effects()).containsExactly(effects);
        return this;
    }

    public JobStory says(String words) {
        assertThat(last.announcements())
                .anySatisfy(line -> assertThat(line.message()).contains(words));
        return this;
    }

    public JobRecord record() {
        return record;
    }

    public JobStatus status() {
        return record.status();
    }

    public PlacementRecord placement() {
        return placement.orElseThrow();
    }

    public Optional<PlacementRecord> latestPlacement() {
        return placement;
    }

    public Transition last() {
        return last;
    }

    public List<String> history() {
        return history;
    }

    public int attempt() {
        return record.status().attempt();
    }

    public Instant now() {
        return now;
    }
}

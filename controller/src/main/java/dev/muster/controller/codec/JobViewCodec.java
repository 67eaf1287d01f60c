package dev.muster.controller.codec;

import dev.muster.controller.operations.JobOperations.JobFilter;
import dev.muster.controller.operations.JobState;
import dev.muster.controller.operations.JobView;
import dev.muster.controller.operations.Views;
import dev.muster.controller.state.JobEvent;
import dev.muster.controller.state.JobRecord;
import dev.muster.controller.state.JobStatus;
import dev.muster.controller.state.PlacementRecord;
import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.ExplainReply;
import dev.muster.proto.v1.GoodputBucket;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.ListJobsReply;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.job.ResourceVector;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Answers about jobs. */
public final class JobViewCodec {

    private static final EnumMapping<JobState, dev.muster.proto.v1.JobState> STATES =
            EnumMapping.of(JobState.class, dev.muster.proto.v1.JobState.class, "JOB_STATE_");

    private JobViewCodec() {}

    public static JobSummary writeSummary(JobView view) {
        JobRecord record = view.record();
        JobStatus status = record.status();
        int hosts = view.placement()
                .map(p -> p.hosts().size())
                .orElse(record.spec().gang().hosts());
        int spares = view.placement()
                .map(p -> p.spares().size())
                .orElse(record.spec().gang().spares());
        long perHost = record.spec().gang().perHost().amount(ResourceVector.ACCELERATORS);
        JobSummary.Builder summary = JobSummary.newBuilder()
                .setNamespace(record.key().namespace())
                .setName(record.key().name())
                .setUid(record.uid())
                .setState(STATES.wire(JobState.of(status)))
                .setQueue(record.spec().queue())
                .setPriority(record.spec().priority())
                .setHosts(hosts)
                .setSpares(spares)
                .setAccelerators((hosts + (long) spares) * perHost)
                .setSubmittedAtMillis(record.submittedAt().toEpochMilli())
                .setStartedAtMillis(Times.orZero(status.firstPlacedAt()))
                .setFinishedAtMillis(Times.orZero(status.finishedAt()))
                .setAttempt(status.attempt())
                .setReason(view.reason());
        view.waiting()
                .flatMap(Explanation::expectedStartAt)
                .ifPresent(moment -> summary.setExpectedStartAtMillis(moment.toEpochMilli()));
        status.progress().ifPresent(progress -> summary.setProgress(ProgressCodec.write(progress)));
        return summary.build();
    }

    public static ListJobsReply write(Views.JobPage page) {
        ListJobsReply.Builder reply = ListJobsReply.newBuilder().setNextPageToken(page.nextPageToken());
        page.jobs().forEach(job -> reply.addJobs(writeSummary(job)));
        return reply.build();
    }

    public static JobFilter readFilter(ListJobsRequest request, Problems problems) {
        Set<JobState> states = EnumSet.noneOf(JobState.class);
        for (dev.muster.proto.v1.JobState state : request.getStatesList()) {
            states.add(problems.known("states", STATES, state, JobState.PENDING));
        }
        return new JobFilter(
                problems.optionalText("namespace", request.getNamespace(), Bounds.NAME_LENGTH),
                problems.optionalText("queue", request.getQueue(), Bounds.NAME_LENGTH),
                states);
    }

    public static ExplainReply writeExplain(JobView view) {
        ExplainReply.Builder reply = ExplainReply.newBuilder().setJob(writeSummary(view));
        view.waiting().map(ExplanationCodec::write).ifPresent(reply::setExplanation);
        return reply.build();
    }

    public static DryRunReply write(Views.DryRun dryRun) {
        List<PlacementRecord.HostAssignment> all = dryRun.placement();
        DryRunReply.Builder reply = DryRunReply.newBuilder().setWouldStart(dryRun.wouldStart());
        all.stream().limit(Bounds.HOSTS_PER_ANSWER).map(AttemptCodec::write).forEach(reply::addPlacement);
        reply.setPlacementLeftOut(all.size() - reply.getPlacementCount());
        dryRun.waiting().map(ExplanationCodec::write).ifPresent(reply::setExplanation);
        dryRun.preempts().stream().limit(Bounds.HOSTS_PER_ANSWER).forEach(key -> reply.addPreempts(key.toString()));
        return reply.build();
    }

    /** The newest that fit; what does not counts as dropped. */
    public static EventsReply write(Views.Events events) {
        List<JobEvent> all = events.events();
        Deque<dev.muster.proto.v1.JobEvent> newest = new ArrayDeque<>();
        int room = Bounds.EVENT_BYTES_PER_ANSWER;
        for (int i = all.size() - 1; i >= 0; i--) {
            dev.muster.proto.v1.JobEvent event = JobEventCodec.write(all.get(i));
            room -= event.getSerializedSize();
            if (room < 0) {
                break;
            }
            newest.addFirst(event);
        }
        return EventsReply.newBuilder()
                .addAllEvents(newest)
                .setDropped(events.dropped() + all.size() - newest.size())
                .build();
    }

    public static JobUpdate writeUpdate(JobView view, List<JobEvent> events) {
        JobUpdate.Builder update = JobUpdate.newBuilder().setJob(writeSummary(view));
        events.forEach(event -> update.addEvents(JobEventCodec.write(event)));
        return update.build();
    }

    public static GoodputReply write(Views.Goodput goodput) {
        GoodputReply.Builder reply = GoodputReply.newBuilder()
                .setScope(goodput.scope())
                .setAllocatedAcceleratorMillis(goodput.allocatedAcceleratorMillis())
                .setQueuedMillis(goodput.queuedMillis())
                .setEttr(goodput.ettr())
                .setQueuedAcceleratorMillis(goodput.queuedAcceleratorMillis())
                .setSufferedAcceleratorMillis(goodput.sufferedAcceleratorMillis())
                .setCausedAcceleratorMillis(goodput.causedAcceleratorMillis());
        goodput.lastHourEttr().ifPresent(reply::setLastHourEttr);
        for (String bucket : goodput.bucketOrder()) {
            long millis = Optional.ofNullable(goodput.bucketAcceleratorMillis().get(bucket))
                    .orElse(0L);
            reply.addBuckets(GoodputBucket.newBuilder().setName(bucket).setAcceleratorMillis(millis));
        }
        return reply.build();
    }
}

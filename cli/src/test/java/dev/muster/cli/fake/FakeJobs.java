package dev.muster.cli.fake;

import dev.muster.proto.v1.DryRunReply;
import dev.muster.proto.v1.DryRunRequest;
import dev.muster.proto.v1.EventsReply;
import dev.muster.proto.v1.EventsRequest;
import dev.muster.proto.v1.ExplainReply;
import dev.muster.proto.v1.GoodputReply;
import dev.muster.proto.v1.GoodputRequest;
import dev.muster.proto.v1.JobDetail;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.JobServiceGrpc;
import dev.muster.proto.v1.JobSummary;
import dev.muster.proto.v1.JobUpdate;
import dev.muster.proto.v1.ListJobsReply;
import dev.muster.proto.v1.ListJobsRequest;
import dev.muster.proto.v1.LogLine;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.proto.v1.SubmitReply;
import dev.muster.proto.v1.SubmitRequest;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;

/** Jobs that answer what a test put here, and remember what they were asked. */
public final class FakeJobs extends JobServiceGrpc.JobServiceImplBase {

    /** Every request, oldest first. */
    public final List<Object> requests = new CopyOnWriteArrayList<>();

    /** When present this controller follows: calls are refused, with the leader's address or nothing where none is known. */
    public volatile Optional<String> pointsTo = Optional.empty();

    /** Each call takes one; when none is left, calls succeed. */
    public final Deque<Status> failures = new ConcurrentLinkedDeque<>();

    public volatile JobSummary job = Samples.job("digits");
    public volatile List<JobSummary> listed = List.of();
    public volatile JobDetail detail = JobDetail.getDefaultInstance();
    public volatile ExplainReply explanation = ExplainReply.getDefaultInstance();
    public volatile EventsReply events = EventsReply.getDefaultInstance();
    public volatile GoodputReply goodput = GoodputReply.getDefaultInstance();
    public volatile DryRunReply dryRun = DryRunReply.getDefaultInstance();
    public volatile List<LogLine> log = List.of();

    /** What each stream of watch sends; a stream that is used up ends as the status beside it says. */
    public final Deque<WatchScript> watches = new ConcurrentLinkedDeque<>();

    public record WatchScript(List<JobUpdate> updates, Status end) {}

    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitReply> reply) {
        answer(request, SubmitReply.newBuilder().setJob(job).build(), reply);
    }

    @Override
    public void dryRun(DryRunRequest request, StreamObserver<DryRunReply> reply) {
        answer(request, dryRun, reply);
    }

    @Override
    public void list(ListJobsRequest request, StreamObserver<ListJobsReply> reply) {
        int from = request.getPageToken().isEmpty() ? 0 : Integer.parseInt(request.getPageToken());
        int until = Math.min(listed.size(), from + request.getPageSize());
        answer(
                request,
                ListJobsReply.newBuilder()
                        .addAllJobs(listed.subList(from, until))
                        .setNextPageToken(until < listed.size() ? String.valueOf(until) : "")
                        .build(),
                reply);
    }

    @Override
    public void get(JobRequest request, StreamObserver<JobDetail> reply) {
        answer(request, detail, reply);
    }

    @Override
    public void explain(JobRequest request, StreamObserver<ExplainReply> reply) {
        answer(request, explanation, reply);
    }

    @Override
    public void events(EventsRequest request, StreamObserver<EventsReply> reply) {
        answer(request, events, reply);
    }

    @Override
    public void goodput(GoodputRequest request, StreamObserver<GoodputReply> reply) {
        answer(request, goodput, reply);
    }

    @Override
    public void cancel(JobRequest request, StreamObserver<JobSummary> reply) {
        answer(request, job, reply);
    }

    @Override
    public void hold(JobRequest request, StreamObserver<JobSummary> reply) {
        answer(request, job, reply);
    }

    @Override
    public void release(JobRequest request, StreamObserver<JobSummary> reply) {
        answer(request, job, reply);
    }

    @Override
    public void watch(JobRequest request, StreamObserver<JobUpdate> reply) {
        requests.add(request);
        if (pointsTo.isPresent()) {
            reply.onError(follows(pointsTo.get()));
            return;
        }
        Optional<WatchScript> script = Optional.ofNullable(watches.poll());
        script.ifPresent(present -> present.updates().forEach(reply::onNext));
        end(script.map(WatchScript::end).orElse(Status.UNAVAILABLE), reply);
    }

    @Override
    public void logs(LogsRequest request, StreamObserver<LogLine> reply) {
        requests.add(request);
        if (pointsTo.isPresent()) {
            reply.onError(follows(pointsTo.get()));
            return;
        }
        log.forEach(reply::onNext);
        end(Optional.ofNullable(failures.poll()).orElse(Status.OK), reply);
    }

    private <T> void answer(Object request, T message, StreamObserver<T> reply) {
        requests.add(request);
        if (pointsTo.isPresent()) {
            reply.onError(follows(pointsTo.get()));
            return;
        }
        Optional<Status> failure = Optional.ofNullable(failures.poll());
        if (failure.isPresent()) {
            reply.onError(failure.get().asRuntimeException());
            return;
        }
        reply.onNext(message);
        reply.onCompleted();
    }

    private static StatusRuntimeException follows(String leader) {
        Metadata trailers = new Metadata();
        trailers.put(Metadata.Key.of("muster-leader", Metadata.ASCII_STRING_MARSHALLER), leader);
        return Status.UNAVAILABLE
                .withDescription(
                        leader.isEmpty()
                                ? "no controller leads at the moment; try again in a second"
                                : "this controller follows; ask the leader at " + leader)
                .asRuntimeException(trailers);
    }

    private static void end(Status status, StreamObserver<?> reply) {
        if (status.isOk()) {
            reply.onCompleted();
        } else {
            reply.onError(status.asRuntimeException());
        }
    }

    /** The only request of a type, for a test that made one. */
    public <T> T onlyRequest(Class<T> type) {
        Deque<T> found = new ArrayDeque<>();
        requests.stream().filter(type::isInstance).map(type::cast).forEach(found::add);
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " requests of " + type.getSimpleName());
        }
        return found.getFirst();
    }
}

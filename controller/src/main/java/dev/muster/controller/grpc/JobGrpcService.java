package dev.muster.controller.grpc;

import dev.muster.controller.codec.AttemptCodec;
import dev.muster.controller.codec.Bounds;
import dev.muster.controller.codec.JobSpecCodec;
import dev.muster.controller.codec.JobViewCodec;
import dev.muster.controller.codec.Problems;
import dev.muster.controller.codec.RequestCodec;
import dev.muster.controller.operations.JobOperations;
import dev.muster.controller.operations.JobOperations.JobFilter;
import dev.muster.controller.operations.JobOperations.LogQuery;
import dev.muster.controller.operations.Views;
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
import dev.muster.scheduler.job.JobKey;
import dev.muster.scheduler.job.JobSpec;
import dev.muster.scheduler.job.JobValidator;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What users ask about jobs. */
final class JobGrpcService extends JobServiceGrpc.JobServiceImplBase {

    private final JobOperations jobs;
    private final Answers answers;
    private final OpenStreams streams;

    JobGrpcService(JobOperations jobs, Answers answers, OpenStreams streams) {
        this.jobs = jobs;
        this.answers = answers;
        this.streams = streams;
    }

    @Override
    public void submit(SubmitRequest request, StreamObserver<SubmitReply> caller) {
        answers.answer(
                caller,
                () -> {
                    Problems problems = new Problems();
                    if (request.getSubmissionId().isEmpty()
                            || request.getSubmissionId().length() > Bounds.IDENTITY_LENGTH) {
                        problems.add(
                                "submission_id",
                                "must have 1 to " + Bounds.IDENTITY_LENGTH
                                        + " characters, so that sending it twice submits once");
                    }
                    return jobs.submit(readSpec(request.getSpec(), problems), request.getSubmissionId());
                },
                view -> SubmitReply.newBuilder()
                        .setJob(JobViewCodec.writeSummary(view))
                        .build());
    }

    @Override
    public void dryRun(DryRunRequest request, StreamObserver<DryRunReply> caller) {
        answers.answer(caller, () -> jobs.dryRun(readSpec(request.getSpec(), new Problems())), JobViewCodec::write);
    }

    /** The same checks as in the client, which may be older, or not ours. */
    private static JobSpec readSpec(dev.muster.proto.v1.JobSpec wire, Problems problems) {
        JobSpec spec = JobSpecCodec.read(wire, problems);
        JobValidator.check(spec).forEach(problems::add);
        return Answers.sound(spec, problems);
    }

    @Override
    public void list(ListJobsRequest request, StreamObserver<ListJobsReply> caller) {
        answers.answer(
                caller,
                () -> {
                    Problems problems = new Problems();
                    JobFilter filter = JobViewCodec.readFilter(request, problems);
                    int pageSize = RequestCodec.readPageSize(request.getPageSize(), problems);
                    String token = RequestCodec.readPageToken(request.getPageToken(), problems);
                    return jobs.list(Answers.sound(filter, problems), pageSize, token);
                },
                JobViewCodec::write);
    }

    @Override
    public void get(JobRequest request, StreamObserver<JobDetail> caller) {
        answers.answer(caller, () -> jobs.detail(readKey(request)), AttemptCodec::write);
    }

    @Override
    public void explain(JobRequest request, StreamObserver<ExplainReply> caller) {
        answers.answer(caller, () -> jobs.explain(readKey(request)), JobViewCodec::writeExplain);
    }

    @Override
    public void events(EventsRequest request, StreamObserver<EventsReply> caller) {
        answers.answer(
                caller, () -> jobs.events(readKey(request.getNamespace(), request.getName())), JobViewCodec::write);
    }

    @Override
    public void goodput(GoodputRequest request, StreamObserver<GoodputReply> caller) {
        answers.answer(caller, () -> goodput(request), JobViewCodec::write);
    }

    private CompletableFuture<Views.Goodput> goodput(GoodputRequest request) {
        if (!request.getName().isEmpty()) {
            return jobs.goodput(Optional.of(readKey(request.getNamespace(), request.getName())));
        }
        return request.getQueue().isEmpty() ? jobs.goodput(Optional.empty()) : jobs.goodputOfQueue(request.getQueue());
    }

    @Override
    public void cancel(JobRequest request, StreamObserver<JobSummary> caller) {
        answers.answer(caller, () -> jobs.cancel(readKey(request)), JobViewCodec::writeSummary);
    }

    @Override
    public void hold(JobRequest request, StreamObserver<JobSummary> caller) {
        answers.answer(caller, () -> jobs.hold(readKey(request)), JobViewCodec::writeSummary);
    }

    @Override
    public void release(JobRequest request, StreamObserver<JobSummary> caller) {
        answers.answer(caller, () -> jobs.release(readKey(request)), JobViewCodec::writeSummary);
    }

    @Override
    public void watch(JobRequest request, StreamObserver<JobUpdate> caller) {
        JobKey key = readKey(request);
        WatchStream stream = new WatchStream(streams, answers, (ServerCallStreamObserver<JobUpdate>) caller);
        stream.open(listener -> jobs.watch(key, listener));
    }

    @Override
    public void logs(LogsRequest request, StreamObserver<LogLine> caller) {
        Problems problems = new Problems();
        LogQuery query = Answers.sound(RequestCodec.readLogs(request, problems), problems);
        LogStream stream = new LogStream(streams, answers, (ServerCallStreamObserver<LogLine>) caller);
        stream.open(listener -> jobs.logs(query, listener));
    }

    private static JobKey readKey(JobRequest request) {
        return readKey(request.getNamespace(), request.getName());
    }

    private static JobKey readKey(String namespace, String name) {
        Problems problems = new Problems();
        return Answers.sound(RequestCodec.readKey(namespace, name, problems), problems);
    }
}

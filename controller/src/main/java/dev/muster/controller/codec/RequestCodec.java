package dev.muster.controller.codec;

import dev.muster.controller.operations.JobOperations.LogQuery;
import dev.muster.proto.v1.JobRequest;
import dev.muster.proto.v1.LogsRequest;
import dev.muster.proto.v1.NodeRequest;
import dev.muster.scheduler.job.JobKey;
import java.util.OptionalInt;

/** The small parts of requests. */
public final class RequestCodec {

    /** Of a list, where the caller names no size. */
    public static final int DEFAULT_PAGE_SIZE = 100;

    public static final int MAX_PAGE_SIZE = 1000;
    public static final int DEFAULT_TOPOLOGY_DOMAINS = 2000;
    public static final int MAX_TOPOLOGY_DOMAINS = 20_000;

    private RequestCodec() {}

    public static JobKey readKey(JobRequest request, Problems problems) {
        return readKey(request.getNamespace(), request.getName(), problems);
    }

    public static JobKey readKey(String namespace, String name, Problems problems) {
        String sound = problems.text("namespace", namespace, Bounds.NAME_LENGTH);
        return new JobKey(
                sound.isEmpty() ? JobKey.DEFAULT_NAMESPACE : sound,
                problems.required("name", name, Bounds.NAME_LENGTH));
    }

    public static String readNode(NodeRequest request, Problems problems) {
        return problems.required("name", request.getName(), Bounds.NAME_LENGTH);
    }

    /** Cut, not refused: it is for people. */
    public static String readReason(NodeRequest request) {
        return Bounds.cut(request.getReason(), Bounds.TEXT_LENGTH);
    }

    public static int readPageSize(int size, Problems problems) {
        return readCount("page_size", size, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE, problems);
    }

    public static int readMaxDomains(int count, Problems problems) {
        return readCount("max_domains", count, DEFAULT_TOPOLOGY_DOMAINS, MAX_TOPOLOGY_DOMAINS, problems);
    }

    private static int readCount(String field, int count, int whenZero, int max, Problems problems) {
        if (count < 0 || count > max) {
            problems.add(field, "is " + count + "; it must be from 1 to " + max + ", or 0 for " + whenZero);
        }
        return count == 0 ? whenZero : count;
    }

    public static String readPageToken(String token, Problems problems) {
        return problems.text("page_token", token, Bounds.TEXT_LENGTH);
    }

    public static LogQuery readLogs(LogsRequest request, Problems problems) {
        int attempt = problems.notNegative("attempt", request.getAttempt());
        return new LogQuery(
                readKey(request.getNamespace(), request.getName(), problems),
                request.hasRank()
                        ? OptionalInt.of(problems.notNegative("rank", request.getRank()))
                        : OptionalInt.empty(),
                problems.notNegative("tail_lines", request.getTailLines()),
                request.getFollow(),
                attempt == 0 ? OptionalInt.empty() : OptionalInt.of(attempt));
    }
}

package dev.muster.controller.codec;

import com.google.protobuf.ByteString;
import dev.muster.proto.v1.LogLine;
import java.util.ArrayList;
import java.util.List;

/** Output of ranks on its way to a reader. */
public final class LogLineCodec {

    private LogLineCodec() {}

    /** In as many messages as their bound asks for; one even when there are no bytes. */
    public static List<LogLine> write(int rank, byte[] bytes) {
        List<LogLine> lines = new ArrayList<>();
        int from = 0;
        do {
            int length = Math.min(Bounds.LOG_CHUNK_BYTES, bytes.length - from);
            lines.add(LogLine.newBuilder()
                    .setRank(rank)
                    .setData(ByteString.copyFrom(bytes, from, length))
                    .build());
            from += length;
        } while (from < bytes.length);
        return lines;
    }

    public static LogLine writeNotice(int rank, String text) {
        return LogLine.newBuilder()
                .setRank(rank)
                .setNotice(Bounds.cut(text, Bounds.TEXT_LENGTH))
                .build();
    }
}

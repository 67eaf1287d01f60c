package dev.muster.controller.codec;

import dev.muster.scheduler.explain.Explanation;

/** Why a job waits. */
final class ExplanationCodec {

    private ExplanationCodec() {}

    static dev.muster.proto.v1.Explanation write(Explanation explanation) {
        return dev.muster.proto.v1.Explanation.newBuilder()
                .setText(explanation.text())
                .build();
    }
}

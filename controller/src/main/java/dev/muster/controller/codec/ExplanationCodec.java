package dev.muster.controller.codec;

import dev.muster.scheduler.explain.Explanation;
import dev.muster.scheduler.explain.Rejection;

/** Why a job waits. */
final class ExplanationCodec {

    private ExplanationCodec() {}

    static dev.muster.proto.v1.Explanation write(Explanation explanation) {
        Rejection rejection = explanation.rejection();
        dev.muster.proto.v1.Explanation.Builder wire = dev.muster.proto.v1.Explanation.newBuilder()
                .setCode(rejection.code().name())
                .setLevel(rejection.level())
                .setDomain(rejection.domain())
                .setRequired(rejection.required())
                .setAvailable(rejection.available())
                .setShort(rejection.shortfall())
                .setHelps(rejection.helps().name())
                .setText(rejection.text())
                .addAllSuggestions(explanation.suggestions());
        explanation.expectedStartAt().ifPresent(moment -> wire.setExpectedStartAtMillis(moment.toEpochMilli()));
        explanation.waitsFor().forEach(key -> wire.addWaitsFor(key.toString()));
        rejection.excluded().forEach((cause, hosts) -> wire.putExcluded(cause, hosts));
        return wire.build();
    }
}

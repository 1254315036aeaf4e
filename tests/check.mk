# SPDX-License-Identifier: Apache-2.0
# Tests: everything is built below build/, and reported as `N passed, N failed, N skipped`.

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
# The tests link all objects, those of shieldd and shieldd-webhook too.
SINK_LIBS := -lmicrohttpd -lcurl-gnutls
TEST_FLAGS := -O1 -g -std=gnu11 -Wall -Wextra -Werror
TEST_CC := $(CLANG) $(CROSS:%-=--target=%)

SANITIZED := $(LIBRARY_SOURCES:%.c=$(BUILD)/sanitized/%.o) \
	$(patsubst %.c,$(BUILD)/sanitized/%.o,$(wildcard hook/ctl/*.c))
UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/sanitized/%.o,$(wildcard tests/unit/*.c tests/unit/*/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))

$(BUILD)/sanitized/%.o: %.c
	@mkdir -p $(@D)
	$(TEST_CC) $(TEST_FLAGS) $(SANITIZE) $(CPPFLAGS) -fsanitize=fuzzer-no-link -I$(BUILD) -Itests/unit -MMD -MP -c -o $@ $<

$(BUILD)/sanitized/hook/engine/pins.o: $(BUILD)/engine.hash
$(BUILD)/sanitized/hook/engine/pins.o: CPPFLAGS += -DSHIELD_ENGINE_HASH='"$(shell cat $(BUILD)/engine.hash 2>/dev/null)"'
$(BUILD)/sanitized/hook/engine/object.o: $(BUILD)/shield.bpf.o
$(BUILD)/sanitized/hook/engine/object.o: CPPFLAGS += -DSHIELD_OBJECT_FILE='"$(BUILD)/shield.bpf.o"'

# Every suite_*() that a file below tests/unit defines is run: none can be forgotten.
$(BUILD)/suites.inc: $(wildcard tests/unit/*/*.c)
	@mkdir -p $(@D)
	sed -n 's/^void \(suite_[a-z0-9_]*\)(void)$$/SUITE(\1)/p' $^ | sort > $@
$(BUILD)/sanitized/tests/unit/main.o: $(BUILD)/suites.inc

$(BUILD)/unit-tests: $(UNIT_OBJECTS) $(SANITIZED)
	$(TEST_CC) $(SANITIZE) -o $@ $^ $(LIBS) $(SINK_LIBS) -lcunit

$(BUILD)/fuzz/%: $(BUILD)/sanitized/tests/fuzz/%.o $(SANITIZED)
	@mkdir -p $(@D)
	$(TEST_CC) $(SANITIZE) -fsanitize=fuzzer -o $@ $^ $(LIBS) $(SINK_LIBS)

unit: $(BUILD)/unit-tests
	$(BUILD)/unit-tests

fuzz: $(FUZZERS)
	tests/fuzz/run $(FUZZERS)

lint: $(BUILD)/shieldctl
	tests/lint

check-unit: unit lint

check:
	tests/check

check-all:
	tests/check --all

demo:
	tests/demo/run

bench:
	tests/deps build vm
	$(MAKE) all
	tests/bench/run

-include tests/e2e/build.mk

.PHONY: unit fuzz lint check-unit check check-all demo bench

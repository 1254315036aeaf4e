# SPDX-License-Identifier: Apache-2.0
#
# The programs that the end-to-end suite runs in containers: static, so that any image has what they need. And those
# of another build (upgraded/): the same, but for the hash of their engine. And the packages that it installs.

E2E := $(BUILD)/tests/e2e
E2E_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard tests/e2e/attacks/*.c))

RANDOM_OBJECTS := $(patsubst %,$(BUILD)/tests/%.o,$(addprefix e2e/random/,cases operation profile tree) \
	$(addprefix unit/profile/,build generate generate_rules reference))

e2e-programs: $(E2E)/acts $(E2E)/module.so $(addprefix $(E2E)/random/,cases actor target) \
	$(addprefix $(E2E)/upgraded/,oci-shield shieldctl) $(BUILD)/tests/cri/cri.pb deb image-tree

# What its client (tests/cri/cri) knows of containerd's interface.
$(BUILD)/tests/cri/cri.pb: tests/cri/cri.proto
	@mkdir -p $(@D)
	protoc --proto_path=$(<D) --descriptor_set_out=$@ $(<F)

$(E2E)/acts: $(E2E_OBJECTS)
	$(CC) $(CFLAGS) -static -pthread -o $@ $^
	strip $@

# What an attack on redis has it load.
$(E2E)/module.so: tests/e2e/services/redis/module.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) -fPIC -shared -o $@ $<

# These know the project's profiles, and the plain reference that unit tests also use.
$(RANDOM_OBJECTS): CPPFLAGS += -Itests/unit
$(E2E)/random/cases: $(RANDOM_OBJECTS) $(LIBRARY)
	$(CC) $(CFLAGS) -static -o $@ $^ $(LIBS)
	strip $@

$(E2E)/random/actor $(E2E)/random/target: $(E2E)/random/%: $(BUILD)/tests/e2e/random/%.o
	$(CC) $(CFLAGS) -static -o $@ $^
	strip $@

$(BUILD)/tests/unit/%.o: tests/unit/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/e2e/%.o: tests/e2e/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

UPGRADED := $(E2E)/upgraded
UPGRADED_OBJECTS := $(UPGRADED)/pins.o $(UPGRADED)/object.o

$(UPGRADED)/shield.bpf.o: $(BUILD)/shield.bpf.o
	@mkdir -p $(@D)
	@echo upgraded > $(UPGRADED)/mark
	llvm-objcopy --add-section=.upgraded=$(UPGRADED)/mark $< $@

$(UPGRADED)/engine.hash: $(UPGRADED)/shield.bpf.o
	@sha256sum $< | cut -c1-16 > $@

$(UPGRADED)/pins.o: CPPFLAGS += -DSHIELD_ENGINE_HASH='"$(shell cat $(UPGRADED)/engine.hash 2>/dev/null)"'
$(UPGRADED)/object.o: CPPFLAGS += -DSHIELD_OBJECT_FILE='"$(UPGRADED)/shield.bpf.o"'
$(UPGRADED_OBJECTS): $(UPGRADED)/%.o: hook/engine/%.c $(UPGRADED)/engine.hash
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(HARDEN) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# They come before the library's own.
$(UPGRADED)/oci-shield: $(BUILD)/hook/hook.o $(UPGRADED_OBJECTS) $(LIBRARY)
$(UPGRADED)/shieldctl: $(BUILD)/hook/shieldctl.o $(CTL_OBJECTS) $(UPGRADED_OBJECTS) $(LIBRARY)
$(UPGRADED)/oci-shield $(UPGRADED)/shieldctl:
	$(CC) $(CFLAGS) $(STATIC) $(LDFLAGS) -o $@ $^ $(LIBS)

.PHONY: e2e-programs

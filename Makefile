# SPDX-License-Identifier: Apache-2.0
#
#   make              build/oci-shield, build/shieldd, build/shieldctl
#   make check-unit   unit tests under ASan and UBSan, and the linters
#   sudo make demo    the whole thing, at work
#   sudo make check   unit tests, fuzzing, and the machines with 6.1 and 6.12
#   sudo make check-all, bench, install
#   make deb          build/oci-shield_VERSION_ARCH.deb
#   make image-tree   what the DaemonSet's image has (runtime-config/kubernetes)
#
# sudo make demo and sudo make check install what they need; make alone needs tests/deps build.

VERSION := 0.1.0
BUILD := build
PREFIX ?= /usr

# Another architecture: CROSS=aarch64-linux-gnu- and BUILD=build/arm64 (tests/arm64 does it).
CROSS :=
CC := $(CROSS)gcc
CLANG := clang
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes
# The hook runs at every container's start: one file, no dynamic linking, nothing to find on the node.
STATIC ?= -static
CPPFLAGS += -D_GNU_SOURCE -I. -Ihook -DSHIELD_VERSION='"$(VERSION)"' -DSHIELD_SHARE_DIR='"$(PREFIX)/share/oci-shield"'
HARDEN := -fstack-protector-strong -D_FORTIFY_SOURCE=2
LIBS = $(shell pkg-config --static --libs libbpf libelf json-c libcap libseccomp)

ARCH := $(shell $(CC) -dumpmachine | sed 's/-.*//; s/x86_64/x86/; s/aarch64/arm64/')
MULTIARCH := $(shell $(CC) -print-multiarch 2>/dev/null)
# No folder of the build in it: everybody's build of one source is the same engine.
BPF_FLAGS := -target bpf -mcpu=v3 -O2 -g -fdebug-compilation-dir=. -Wall -Wextra -Werror -Wno-unused-parameter \
	-D__TARGET_ARCH_$(ARCH) -I/usr/include/$(MULTIARCH) -Ibpf

PROGRAMS := $(BUILD)/oci-shield $(BUILD)/shieldd $(BUILD)/shieldctl
# Alone it talks to others over the network, and so alone it is linked with a library for that.
WEBHOOK := $(BUILD)/shieldd-webhook
WEBHOOK_LIBS = -Wl,-Bstatic -ljson-c -lseccomp -Wl,-Bdynamic -lcurl-gnutls
LIBRARY := $(BUILD)/libshield.a
LIBRARY_SOURCES := $(filter-out hook/ctl/%,$(wildcard hook/*/*.c))
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:%.c=$(BUILD)/%.o)
CTL_OBJECTS := $(patsubst %.c,$(BUILD)/%.o,$(wildcard hook/ctl/*.c))

all: $(PROGRAMS) $(WEBHOOK)

$(BUILD)/oci-shield: $(BUILD)/hook/hook.o $(LIBRARY)
$(BUILD)/shieldd: $(BUILD)/hook/shieldd.o $(LIBRARY)
$(BUILD)/shieldd: STATIC :=
$(BUILD)/shieldd: LIBS := -Wl,-Bstatic $(LIBS) -Wl,-Bdynamic -lmicrohttpd
$(BUILD)/shieldctl: $(BUILD)/hook/shieldctl.o $(CTL_OBJECTS) $(LIBRARY)
$(PROGRAMS):
	$(CC) $(CFLAGS) $(STATIC) $(LDFLAGS) -o $@ $^ $(LIBS)

$(WEBHOOK): $(BUILD)/hook/shieldd-webhook.o $(LIBRARY)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(WEBHOOK_LIBS)

$(LIBRARY): $(LIBRARY_OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/hook/%.o: hook/%.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -std=gnu11 $(WARNINGS) $(HARDEN) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# The engine's folder in the bpffs is named by the object's hash: whoever has the same object shares it.
$(BUILD)/shield.bpf.o: bpf/shield.bpf.c
	@mkdir -p $(@D)
	$(CLANG) $(BPF_FLAGS) -MMD -MP -MF $(BUILD)/shield.bpf.d -MT $@ -c -o $@ $<
	llvm-strip -g $@

$(BUILD)/engine.hash: $(BUILD)/shield.bpf.o
	@sha256sum $< | cut -c1-16 > $@

HASHED := $(BUILD)/hook/engine/pins.o
$(HASHED): $(BUILD)/engine.hash
$(HASHED): CPPFLAGS += -DSHIELD_ENGINE_HASH='"$(shell cat $(BUILD)/engine.hash 2>/dev/null)"'
$(BUILD)/hook/engine/object.o: $(BUILD)/shield.bpf.o
$(BUILD)/hook/engine/object.o: CPPFLAGS += -DSHIELD_OBJECT_FILE='"$(BUILD)/shield.bpf.o"'

include runtime-config/packages.mk
include tests/check.mk

install: all
	./install.sh --prefix $(PREFIX) $(if $(DESTDIR),--destdir $(DESTDIR))

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: all install clean
.DELETE_ON_ERROR:

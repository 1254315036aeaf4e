/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's types, cut to the members the programs read. Offsets are relocated at load (CO-RE), so that a build
 * needs no kernel BTF. Constants are those of the UAPI or stand beside the kernel file they come from.
 */
#ifndef SHIELD_KERNEL_H
#define SHIELD_KERNEL_H

#include <linux/types.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

struct kernel_cap_struct {
	__u64 val; /* two __u32 before 6.3: read as 8 bytes by address */
};

struct group_info {
	int ngroups;
	kgid_t gid[0];
};

struct user_namespace;

struct cred {
	kuid_t uid, suid, euid, fsuid;
	kgid_t gid, sgid, egid, fsgid;
	struct kernel_cap_struct cap_permitted;
	struct kernel_cap_struct cap_ambient;
	struct group_info *group_info;
};

struct qstr {
	union {
		struct {
			__u32 hash;
			__u32 len;
		};
		__u64 hash_len;
	};
	const unsigned char *name;
};

struct hlist_bl_node {
	struct hlist_bl_node *next, **pprev;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct inode {
	__u16 i_mode;
	union {
		const unsigned int i_nlink;
		unsigned int __i_nlink;
	};
	unsigned long i_ino;
	struct super_block *i_sb;
};

struct dentry {
	struct hlist_bl_node d_hash;
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
	struct super_block *d_sb;
};

struct path {
	struct dentry *dentry;
};

struct file {
	unsigned int f_mode;
	struct path f_path;
	struct inode *f_inode;
	void *private_data;
};

/* fs/file_table.c, 6.5+: what overlayfs maps in place of its own file; user_path is the overlay's */
struct backing_file {
	struct path user_path;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct fs_struct {
	struct path root;
};

struct mm_struct {
	struct file *exe_file;
};

struct vm_area_struct {
	unsigned long vm_flags;
	struct file *vm_file;
};

struct bpf_local_storage;

struct task_struct {
	struct mm_struct *mm;
	int pid;
	int tgid;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	const struct cred *cred;
	char comm[16];
	struct fs_struct *fs;
	struct files_struct *files;
	struct bpf_local_storage *bpf_storage;
};

struct linux_binprm {
	struct file *file;
	struct cred *cred;
	const char *filename;
	const char *interp;
};

struct in6_addr {
	__u8 bytes[16]; /* read by address only */
};

struct sock_common {
	union {
		struct {
			__u32 skc_daddr;
			__u32 skc_rcv_saddr;
		};
	};
	__u16 skc_num;
	unsigned short skc_family;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct socket {
	short type;
	struct sock *sk;
};

struct msghdr {
	void *msg_name;
	int msg_namelen;
	unsigned int msg_flags;
};

struct sockaddr {
	__u16 sa_family;
};

#pragma clang attribute pop

#define PROT_EXEC 4
#define VM_EXEC 4

#define AF_UNSPEC 0
#define AF_INET 2
#define AF_INET6 10
#define AF_PACKET 17
#define SOCK_RAW 3
#define SOCK_PACKET 10
#define SOCK_TYPE_MASK 0xf /* include/linux/net.h */
#define IPPROTO_TCP 6
#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_UDP 17
#define IPPROTO_ICMPV6 58
#define IPPROTO_UDPLITE 136
#define IPPROTO_MPTCP 262
#define MSG_FASTOPEN 0x20000000

#define S_IFMT 0170000
#define S_IFSOCK 0140000
#define OVERLAYFS_SUPER_MAGIC 0x794c7630
#define PTRACE_MODE_ATTACH 2 /* include/linux/ptrace.h */
#define SIGKILL 9

#define EPERM 1
#define ENOMEM 12
#define EACCES 13

#endif

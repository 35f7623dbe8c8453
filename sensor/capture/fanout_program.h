// Which of several packet sockets gets a packet: a program for the kernel (PACKET_FANOUT_CBPF,
// packet(7)).
//
// It answers a number made of the device's address, so that all packets of a device go the same
// way; the kernel takes it modulo the number of sockets. The device is the home end. Where both
// ends or none are home it answers by both addresses, which keeps a conversation together. What is
// not plain IP (tags the card left on, PPPoE) goes to the first socket.
#pragma once

#include <vector>

#include <linux/filter.h>

#include "sensor/base/ip_address.h"

namespace telltale {

// As many instructions as the kernel takes (BPF_MAXINSNS); with more home networks than fit, both
// addresses decide for every packet.
std::vector<sock_filter> fanout_program(const std::vector<Cidr>& home_networks);

}  // namespace telltale

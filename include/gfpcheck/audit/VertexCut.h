//===- VertexCut.h - The fewest vertices that part two sides --------*- C++ -*-===//
//
// Part of gfpcheck, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef GFPCHECK_AUDIT_VERTEXCUT_H
#define GFPCHECK_AUDIT_VERTEXCUT_H

#include <cstdint>
#include <optional>
#include <vector>

namespace gfpcheck {

/// A directed graph of which vertices are to be taken away, as few as possible, so that no way
/// is left from a source to a sink. Sources and sinks may be taken, too. By Dinic's algorithm;
/// in time O(edges * cut) on what is asked of it here.
class VertexCut {
public:
  explicit VertexCut(uint32_t Vertices);

  void addEdge(uint32_t From, uint32_t To);
  void addSource(uint32_t V);
  void addSink(uint32_t V);
  /// \p V is not to be taken away.
  void keep(uint32_t V);

  /// The fewest vertices, sorted, and of several such sets the one nearest to the sources.
  /// Nothing: a way leads over vertices only that are to be kept.
  std::optional<std::vector<uint32_t>> solve();

private:
  struct Arc {
    uint32_t To, Room, Back; ///< Back: the arc in the other direction
  };
  void add(uint32_t From, uint32_t To, uint32_t Room);
  bool findLevels();
  uint32_t push(uint32_t Room);

  uint32_t Vertices;
  std::vector<std::vector<Arc>> Arcs; ///< 2v: into v, 2v + 1: out of it; source, sink
  std::vector<uint32_t> Level, Next;
};

} // namespace gfpcheck

#endif // GFPCHECK_AUDIT_VERTEXCUT_H

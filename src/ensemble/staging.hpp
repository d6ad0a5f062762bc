// Tiles gather here, per model and across photographs, until a network takes them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace skingauge {

struct FaceJob;

/// Where a tile's outputs belong.
struct TileRef {
  FaceJob* job{nullptr};
  std::size_t pass{0};
};

/// Memory of a batch's tiles, given back to where it came from.
using PixelMemory = std::unique_ptr<std::uint8_t[], std::function<void(std::uint8_t*)>>;
/// Gives memory of so many bytes. May throw std::bad_alloc or DeviceError.
using PixelAllocator = std::function<PixelMemory(std::size_t)>;

/// Tiles of one model, one behind the other as an engine reads them.
struct Batch {
  std::size_t model{0};
  PixelMemory pixels;
  std::vector<TileRef> tiles;  ///< those not taken yet lie at the end: see `taken`
  std::size_t taken{0};        ///< tiles at the front that a network has
  std::size_t uncut{0};        ///< places handed out whose pixels are not there yet

  [[nodiscard]] std::size_t left() const noexcept { return tiles.size() - taken; }
};

/// Tiles [first, first + count) of a batch, which go through the network together.
struct BatchPart {
  std::shared_ptr<const Batch> batch;
  std::size_t first{0};
  std::size_t count{0};

  [[nodiscard]] std::span<const TileRef> tiles() const {
    return std::span(batch->tiles).subspan(first, count);
  }
};

/// Which tiles a worker takes.
struct Taking {
  std::function<bool(std::size_t)> may{};  ///< tiles of this model; empty: of any
  /// How many of so many tiles of a model, 1 or more; empty: full batches whole, of others its share.
  std::function<std::size_t(std::size_t, std::size_t)> count{};
};

/// Room for one tile of one model.
struct TilePlace {
  std::shared_ptr<Batch> batch;
  std::uint8_t* pixels{nullptr};
};

/// The batches that are being filled and those that are full. Its pixels take at most (tiles reserved and not
/// yet run, rounded up to whole batches) x tile bytes. Not thread-safe; pixels of a place may be written
/// while others use it.
class Staging {
 public:
  /// `batch`: tiles of a full batch. `workers`: how many take work; the last tiles are dealt among them.
  /// `allocate`: where batches lie; empty: in the process's own memory.
  Staging(std::size_t models, std::size_t tile_bytes, std::size_t batch, std::size_t workers,
          PixelAllocator allocate = {});

  /// So many tiles of a model will come (or, below 0, will not come after all).
  void expect(std::size_t model, int tiles);
  /// Room for an expected tile. Where it throws (the allocator, or std::bad_alloc), nothing has changed.
  TilePlace reserve(std::size_t model, TileRef tile);
  /// The place's pixels are there.
  static void fill(const TilePlace& place) { --place.batch->uncut; }

  /// A full batch, or the rest of one; empty where there is none.
  std::optional<BatchPart> take_full(const Taking& taking = {});
  /// Of the batches that are not full one that cannot grow, else the fullest; of it no more than the taker's
  /// share of all tiles that are left, so that workers end together.
  std::optional<BatchPart> take_some(const Taking& taking = {});
  /// Whether one of the two would answer something to one who takes any.
  [[nodiscard]] bool ready() const;

  /// A model's batches are full at `tiles` from now on, if that is less than before.
  void limit(std::size_t model, std::size_t tiles);

 private:
  // A batch moves from list to list with its node, which needs no memory.
  using Batches = std::list<std::shared_ptr<Batch>>;
  struct Lane {
    Batches open;  ///< none or one
    std::size_t full{1};
    int expected{0};
  };
  [[nodiscard]] Batches new_batch(std::size_t model) const;
  [[nodiscard]] Lane* next_lane(const Taking& taking);
  [[nodiscard]] std::size_t left() const;

  std::size_t tile_bytes_;
  std::size_t workers_;
  PixelAllocator allocate_;
  std::vector<Lane> lanes_;  ///< per model
  Batches full_;
};

}  // namespace skingauge

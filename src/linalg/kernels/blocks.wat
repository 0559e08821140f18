;; Inner loops on four rows of float32 columns at a time, with sums in float64. Columns lie `stride` bytes
;; apart; `bytes` is the length of their part at hand, a multiple of sixteen.
(module
  (memory (export "memory") 1)

  ;; y_j = sum over c of factors[c, j] x_c, for four j.
  (func (export "combine")
    (param $columns i32) (param $bytes i32) (param $stride i32)
    (param $x i32) (param $factors i32) (param $y i32)
    (local $row i32) (local $c i32) (local $px i32) (local $pf i32)
    (local $x4 v128) (local $low v128) (local $high v128) (local $f v128)
    (local $a0 v128) (local $b0 v128) (local $a1 v128) (local $b1 v128)
    (local $a2 v128) (local $b2 v128) (local $a3 v128) (local $b3 v128)
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $row) (local.get $bytes)))
        (local.set $a0 (v128.const i64x2 0 0)) (local.set $b0 (v128.const i64x2 0 0))
        (local.set $a1 (v128.const i64x2 0 0)) (local.set $b1 (v128.const i64x2 0 0))
        (local.set $a2 (v128.const i64x2 0 0)) (local.set $b2 (v128.const i64x2 0 0))
        (local.set $a3 (v128.const i64x2 0 0)) (local.set $b3 (v128.const i64x2 0 0))
        (local.set $px (i32.add (local.get $x) (local.get $row)))
        (local.set $pf (local.get $factors))
        (local.set $c (local.get $columns))
        (loop $each
          (local.set $x4 (v128.load (local.get $px)))
          (local.set $low (f64x2.promote_low_f32x4 (local.get $x4)))
          (local.set $high (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $x4) (local.get $x4))))
          (local.set $f (v128.load64_splat (local.get $pf)))
          (local.set $a0 (f64x2.add (local.get $a0) (f64x2.mul (local.get $f) (local.get $low))))
          (local.set $b0 (f64x2.add (local.get $b0) (f64x2.mul (local.get $f) (local.get $high))))
          (local.set $f (v128.load64_splat offset=8 (local.get $pf)))
          (local.set $a1 (f64x2.add (local.get $a1) (f64x2.mul (local.get $f) (local.get $low))))
          (local.set $b1 (f64x2.add (local.get $b1) (f64x2.mul (local.get $f) (local.get $high))))
          (local.set $f (v128.load64_splat offset=16 (local.get $pf)))
          (local.set $a2 (f64x2.add (local.get $a2) (f64x2.mul (local.get $f) (local.get $low))))
          (local.set $b2 (f64x2.add (local.get $b2) (f64x2.mul (local.get $f) (local.get $high))))
          (local.set $f (v128.load64_splat offset=24 (local.get $pf)))
          (local.set $a3 (f64x2.add (local.get $a3) (f64x2.mul (local.get $f) (local.get $low))))
          (local.set $b3 (f64x2.add (local.get $b3) (f64x2.mul (local.get $f) (local.get $high))))
          (local.set $px (i32.add (local.get $px) (local.get $stride)))
          (local.set $pf (i32.add (local.get $pf) (i32.const 32)))
          (br_if $each (local.tee $c (i32.sub (local.get $c) (i32.const 1)))))
        (local.set $px (i32.add (local.get $y) (local.get $row)))
        (v128.store (local.get $px) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero (local.get $a0))
            (f32x4.demote_f64x2_zero (local.get $b0))))
        (local.set $px (i32.add (local.get $px) (local.get $stride)))
        (v128.store (local.get $px) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero (local.get $a1))
            (f32x4.demote_f64x2_zero (local.get $b1))))
        (local.set $px (i32.add (local.get $px) (local.get $stride)))
        (v128.store (local.get $px) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero (local.get $a2))
            (f32x4.demote_f64x2_zero (local.get $b2))))
        (local.set $px (i32.add (local.get $px) (local.get $stride)))
        (v128.store (local.get $px) (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
            (f32x4.demote_f64x2_zero (local.get $a3))
            (f32x4.demote_f64x2_zero (local.get $b3))))
        (local.set $row (i32.add (local.get $row) (i32.const 16)))
        (br $rows))))

  ;; Adds the inner products of x with four columns y_j to four sums.
  (func (export "products")
    (param $bytes i32) (param $stride i32) (param $x i32) (param $y i32) (param $sums i32)
    (local $end i32) (local $y2 i32)
    (local $x4 v128) (local $low v128) (local $high v128) (local $y4 v128)
    (local $a0 v128) (local $b0 v128) (local $a1 v128) (local $b1 v128)
    (local $a2 v128) (local $b2 v128) (local $a3 v128) (local $b3 v128)
    (local.set $end (i32.add (local.get $x) (local.get $bytes)))
    (block $done
      (loop $rows
        (br_if $done (i32.ge_u (local.get $x) (local.get $end)))
        (local.set $x4 (v128.load (local.get $x)))
        (local.set $low (f64x2.promote_low_f32x4 (local.get $x4)))
        (local.set $high (f64x2.promote_low_f32x4
          (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
            (local.get $x4) (local.get $x4))))
        (local.set $y4 (v128.load (local.get $y)))
        (local.set $a0 (f64x2.add (local.get $a0)
          (f64x2.mul (local.get $low) (f64x2.promote_low_f32x4 (local.get $y4)))))
        (local.set $b0 (f64x2.add (local.get $b0)
          (f64x2.mul (local.get $high) (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $y4) (local.get $y4))))))
        (local.set $y2 (i32.add (local.get $y) (local.get $stride)))
        (local.set $y4 (v128.load (local.get $y2)))
        (local.set $a1 (f64x2.add (local.get $a1)
          (f64x2.mul (local.get $low) (f64x2.promote_low_f32x4 (local.get $y4)))))
        (local.set $b1 (f64x2.add (local.get $b1)
          (f64x2.mul (local.get $high) (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $y4) (local.get $y4))))))
        (local.set $y2 (i32.add (local.get $y2) (local.get $stride)))
        (local.set $y4 (v128.load (local.get $y2)))
        (local.set $a2 (f64x2.add (local.get $a2)
          (f64x2.mul (local.get $low) (f64x2.promote_low_f32x4 (local.get $y4)))))
        (local.set $b2 (f64x2.add (local.get $b2)
          (f64x2.mul (local.get $high) (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $y4) (local.get $y4))))))
        (local.set $y2 (i32.add (local.get $y2) (local.get $stride)))
        (local.set $y4 (v128.load (local.get $y2)))
        (local.set $a3 (f64x2.add (local.get $a3)
          (f64x2.mul (local.get $low) (f64x2.promote_low_f32x4 (local.get $y4)))))
        (local.set $b3 (f64x2.add (local.get $b3)
          (f64x2.mul (local.get $high) (f64x2.promote_low_f32x4
            (i8x16.shuffle 8 9 10 11 12 13 14 15 8 9 10 11 12 13 14 15
              (local.get $y4) (local.get $y4))))))
        (local.set $x (i32.add (local.get $x) (i32.const 16)))
        (local.set $y (i32.add (local.get $y) (i32.const 16)))
        (br $rows)))
    (call $add (local.get $sums) (f64x2.add (local.get $a0) (local.get $b0)))
    (call $add (i32.add (local.get $sums) (i32.const 8)) (f64x2.add (local.get $a1) (local.get $b1)))
    (call $add (i32.add (local.get $sums) (i32.const 16)) (f64x2.add (local.get $a2) (local.get $b2)))
    (call $add (i32.add (local.get $sums) (i32.const 24)) (f64x2.add (local.get $a3) (local.get $b3))))

  ;; Adds both halves of a pair to a sum.
  (func $add (param $sum i32) (param $pair v128)
    (f64.store (local.get $sum)
      (f64.add (f64.load (local.get $sum))
        (f64.add (f64x2.extract_lane 0 (local.get $pair)) (f64x2.extract_lane 1 (local.get $pair)))))))
